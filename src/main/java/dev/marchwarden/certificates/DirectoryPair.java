package dev.marchwarden.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a {@link TlsDirectory} holds for a server.
 *
 * @param certificate what to serve
 * @param authorities of {@code ca.crt}; empty where there is no such file
 */
public record DirectoryPair(ServingCertificate certificate, List<X509Certificate> authorities) {
    public DirectoryPair {
        authorities = List.copyOf(authorities);
    }

    /** What a client is to trust: the authorities, or where none is known the very certificate. */
    public Set<X509Certificate> trust() {
        return Set.copyOf(authorities.isEmpty() ? List.of(certificate.chain().getFirst()) : authorities);
    }

    /** The authority that the certificate leads to, if it is there and valid. */
    public Optional<X509Certificate> authority(Instant now) {
        return TrustPath.from(certificate.chain(), authorities, now);
    }
}
