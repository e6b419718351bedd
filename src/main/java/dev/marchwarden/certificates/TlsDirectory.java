package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;

/**
 * The directory of {@code --tls-dir}. Its files have the names of the keys of a Secret of type {@code kubernetes.io/tls}, as cert-manager
 * fills it, so that such a Secret can be mounted in its place.
 *
 * @param path of the directory, which need not exist yet
 * @param clock against which certificates are issued and judged
 */
public record TlsDirectory(Path path, InstantSource clock) {
    public static final String CA_CERTIFICATE = "ca.crt";
    public static final String CA_KEY = "ca.key";
    public static final String CERTIFICATE = "tls.crt";
    public static final String KEY = "tls.key";

    /** The kubelet writes each version of a Secret to a directory of its own and turns this link to it. */
    private static final String MOUNTED_VERSION = "..data";

    private static final String OWNER_ONLY = "rw-------";
    private static final String READABLE = "rw-r--r--";

    /**
     * Issues a new authority and a serving certificate of it, and writes all four files or none.
     *
     * @param hosts see {@link CertificateAuthority#issue}
     * @param force whether files that are there already may be replaced
     * @throws FileAlreadyExistsException if one is there and may not
     * @throws IllegalArgumentException if a host is none; nothing was touched
     */
    public void issue(Collection<String> hosts, boolean force) throws IOException {
        CertificateAuthority authority = CertificateAuthority.create(clock, CertificateAuthority.DEFAULT_LIFETIME);
        CertificatePair serving = authority.issue(hosts, CertificateAuthority.DEFAULT_SERVING_LIFETIME);
        if (!force) {
            requireThatNoneExists();
        }
        boolean created = createIfAbsent();
        try {
            write(authority.pair(), serving, force);
        } catch (IOException | RuntimeException e) {
            if (created) {
                Files.deleteIfExists(path);
            }
            throw e;
        }
    }

    /**
     * The serving certificate, checked: see {@link ServingCertificate}. The files of the authority need not be there.
     *
     * @throws UnusableCertificateException if there is none, or none that a server could be started with now
     */
    public ServingCertificate read() throws UnusableCertificateException {
        return read(mountedVersion());
    }

    private ServingCertificate read(Path place) throws UnusableCertificateException {
        return new Inspection(file(place, CERTIFICATE).read(), file(place, KEY).read(), clock.instant()).serving();
    }

    /** The same, with the authorities beside it. */
    public DirectoryPair readPair() throws UnusableCertificateException {
        Path place = mountedVersion();
        Path authorities = place.resolve(CA_CERTIFICATE);
        return new DirectoryPair(
                read(place),
                Files.exists(authorities) ? file(place, CA_CERTIFICATE).read().authorities() : List.of());
    }

    private PemFile file(Path place, String name) {
        return new PemFile(place.resolve(name), path.resolve(name));
    }

    /** Both files from one version, even if the kubelet turns the link between the one and the other. */
    private Path mountedVersion() {
        try {
            return path.resolve(MOUNTED_VERSION).toRealPath();
        } catch (IOException e) {
            // Not a mounted Secret.
            return path;
        }
    }

    private void requireThatNoneExists() throws IOException {
        for (String name : List.of(CA_CERTIFICATE, CA_KEY, CERTIFICATE, KEY)) {
            Path file = path.resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(
                        file.toString(), null, "exists already (--force replaces all four files, the authority too)");
            }
        }
    }

    private boolean createIfAbsent() throws IOException {
        if (Files.isDirectory(path)) {
            return false;
        }
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return true;
    }

    private void write(CertificatePair authority, CertificatePair serving, boolean force) throws IOException {
        try (Replacement files = Replacement.in(path)) {
            files.add(CA_CERTIFICATE, authority.chain().getBytes(US_ASCII), READABLE);
            files.add(CA_KEY, authority.key().getBytes(US_ASCII), OWNER_ONLY);
            files.add(KEY, serving.key().getBytes(US_ASCII), OWNER_ONLY);
            files.add(CERTIFICATE, serving.chain().getBytes(US_ASCII), READABLE);
            files.commit(force);
        }
    }
}
