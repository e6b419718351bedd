package dev.marchwarden.service;

import dev.marchwarden.certificates.ServingCertificate;
import dev.marchwarden.certificates.TlsDirectory;
import org.jspecify.annotations.Nullable;

/**
 * How a directory is served from.
 *
 * @param first read from the directory a moment ago
 * @param host by which clients call us; null for the first name of the certificate
 */
public record DirectoryTlsPlan(
        TlsDirectory directory,
        ServingCertificate first,
        @Nullable String host) implements TlsPlan {}
