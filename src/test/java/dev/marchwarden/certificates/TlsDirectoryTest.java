package dev.marchwarden.certificates;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsDirectoryTest {
    private static final List<String> HOSTS = List.of("marchwarden.system.svc", "127.0.0.1");

    @TempDir
    Path temporary;

    private final Instant now = Instant.now();
    private Path path = Path.of("");
    private TlsDirectory directory = new TlsDirectory(path, InstantSource.fixed(now));

    @BeforeEach
    void inTemporary() {
        path = temporary.resolve("deep/tls");
        directory = at(now);
    }

    @Test
    void issuesWhatItReads() throws Exception {
        directory.issue(HOSTS, false);
        ServingCertificate serving = directory.read();
        X509Certificate certificate = Handshake.certificate(serving.pair().chain());
        assertThat(serving.names()).containsExactlyElementsOf(HOSTS);
        assertThat(serving.notBefore()).isEqualTo(certificate.getNotBefore().toInstant());
        assertThat(serving.notAfter()).isEqualTo(certificate.getNotAfter().toInstant());
        assertThat(serving.fingerprint()).matches("[0-9a-f]{64}");
        assertThat(new String(serving.chainPem(), US_ASCII)).isEqualTo(content("tls.crt"));
        assertThat(new String(serving.keyPem(), US_ASCII)).isEqualTo(content("tls.key"));
        assertThat(serving).isEqualTo(directory.read());
        assertThat(serving.toString()).doesNotContain("BEGIN");
        X509Certificate authority = Handshake.certificate(content("ca.crt"));
        assertThat(Handshake.of(serving.pair(), authority, "marchwarden.system.svc"))
                .isEqualTo("TLSv1.3");
    }

    @Test
    void modes() throws IOException {
        directory.issue(HOSTS, false);
        assertThat(mode("")).isEqualTo("rwx------");
        assertThat(mode("ca.key")).isEqualTo("rw-------");
        assertThat(mode("tls.key")).isEqualTo("rw-------");
        assertThat(mode("ca.crt")).isEqualTo("rw-r--r--");
        assertThat(mode("tls.crt")).isEqualTo("rw-r--r--");
        assertThat(contents()).containsOnlyKeys("ca.crt", "ca.key", "tls.crt", "tls.key");
    }

    @Test
    void leavesTheModeOfAFolderThatWasThere() throws IOException {
        Files.createDirectories(
                path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        directory.issue(HOSTS, false);
        assertThat(mode("")).isEqualTo("rwxr-x---");
    }

    @Test
    void refusesToReplace() throws IOException {
        Files.createDirectories(path);
        for (String name : List.of("ca.crt", "ca.key", "tls.crt", "tls.key")) {
            Files.writeString(path.resolve(name), "mine");
            assertThatThrownBy(() -> directory.issue(HOSTS, false))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessage(path.resolve(name)
                            + ": exists already (--force replaces all four files, the authority too)");
            assertThat(contents()).containsOnlyKeys(name).containsEntry(name, "mine");
            Files.delete(path.resolve(name));
        }
    }

    @Test
    void refusesToReplaceADeadLink() throws IOException {
        Files.createDirectories(path);
        Files.createSymbolicLink(path.resolve("tls.key"), Path.of("nowhere"));
        assertThatThrownBy(() -> directory.issue(HOSTS, false)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void replacesByForce() throws Exception {
        directory.issue(HOSTS, false);
        ServingCertificate first = directory.read();
        Files.setPosixFilePermissions(path.resolve("tls.key"), PosixFilePermissions.fromString("rw-rw-rw-"));
        directory.issue(HOSTS, true);
        assertThat(directory.read().fingerprint()).isNotEqualTo(first.fingerprint());
        assertThat(mode("tls.key")).isEqualTo("rw-------");
        assertThat(contents()).hasSize(4);
    }

    @Test
    void keepsTheOldFilesWhenInterrupted() throws Exception {
        directory.issue(HOSTS, false);
        // The last one to be written, so that the other three have been replaced by then.
        Files.delete(path.resolve("tls.crt"));
        Files.createDirectories(path.resolve("tls.crt/inside"));
        Map<String, String> before = contents();
        assertThatThrownBy(() -> directory.issue(HOSTS, true))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tls.crt: is a directory");
        assertThat(contents()).isEqualTo(before);
    }

    @Test
    void badHostTouchesNothing() {
        assertThatThrownBy(() -> directory.issue(List.of("good", "b a d"), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"b a d\"");
        assertThat(path.getParent()).doesNotExist();
    }

    @Test
    void fileInPlaceOfTheFolder() throws IOException {
        Files.createDirectories(path.resolve(".."));
        Files.writeString(path, "mine");
        assertThatThrownBy(() -> directory.issue(HOSTS, true)).isInstanceOf(IOException.class);
        assertThat(path).hasContent("mine");
    }

    @Test
    void readsTheCurrentVersionOfAMountedSecret() throws Exception {
        directory.issue(HOSTS, false);
        ServingCertificate expected = directory.read();
        Path version = Files.createDirectory(path.resolve("..2026_01"));
        for (String name : List.of("tls.crt", "tls.key")) {
            Files.move(path.resolve(name), version.resolve(name));
            Files.createSymbolicLink(path.resolve(name), Path.of("..data", name));
        }
        Files.createSymbolicLink(path.resolve("..data"), version.getFileName());
        Files.delete(path.resolve("ca.key"));
        Files.delete(path.resolve("ca.crt"));
        assertThat(directory.read()).isEqualTo(expected);
        Files.writeString(version.resolve("tls.key"), "x");
        unusable().hasMessageStartingWith(path.resolve("tls.key") + ": is not PEM");
    }

    @Test
    void mismatchedPair() throws Exception {
        directory.issue(HOSTS, false);
        String old = content("tls.key");
        directory.issue(HOSTS, true);
        put("tls.key", old);
        unusable()
                .hasMessage(path.resolve("tls.key") + ": does not belong to the first certificate of "
                        + path.resolve("tls.crt") + " (expected: the key of that certificate)");
    }

    @Test
    void keyOfAnotherKind() throws Exception {
        directory.issue(HOSTS, false);
        put("tls.key", pem(rsa().getPrivate()));
        unusable().hasMessageContaining("does not belong");
    }

    @Test
    void validity() throws Exception {
        directory.issue(HOSTS, false);
        ServingCertificate serving = directory.read();
        assertThat(at(serving.notBefore()).read()).isEqualTo(serving);
        assertThat(at(serving.notAfter()).read()).isEqualTo(serving);
        Instant early = serving.notBefore().minusSeconds(1);
        assertThatThrownBy(() -> at(early).read())
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessage(path.resolve("tls.crt") + ": is not valid before " + serving.notBefore()
                        + " (expected: a certificate that is valid at " + early + ")");
        Instant late = serving.notAfter().plusSeconds(1);
        assertThatThrownBy(() -> at(late).read())
                .isInstanceOf(UnusableCertificateException.class)
                .hasMessage(path.resolve("tls.crt") + ": has expired on " + serving.notAfter()
                        + " (expected: a certificate that is valid at " + late + ")");
    }

    @Test
    void missing() throws IOException {
        unusable().hasMessageStartingWith(path.resolve("tls.crt") + ": does not exist (expected: PEM");
        directory.issue(HOSTS, false);
        Files.delete(path.resolve("tls.key"));
        unusable().hasMessageStartingWith(path.resolve("tls.key") + ": does not exist (expected: PEM");
    }

    @Test
    void garbage() throws IOException {
        directory.issue(HOSTS, false);
        String certificate = content("tls.crt");
        for (String name : List.of("tls.key", "tls.crt")) {
            put(name, "");
            unusable().hasMessageStartingWith(path.resolve(name) + ": is empty");
            Files.write(path.resolve(name), new byte[] {0x30, (byte) 0x82, 1, 2, (byte) 0xff});
            unusable().hasMessageStartingWith(path.resolve(name) + ": is not PEM");
            put(name, "-----BEGIN NOVEL-----\nAAAA\n-----END NOVEL-----\n");
            unusable().hasMessageStartingWith(path.resolve(name) + ": is damaged or cut off");
            put(name, certificate.replaceFirst("\n[^\n]*\n", "\n!!!!\n"));
            unusable().hasMessageStartingWith(path.resolve(name) + ": is damaged or cut off");
        }
    }

    @Test
    void cutOffAnywhere() throws IOException {
        directory.issue(HOSTS, false);
        for (String name : List.of("tls.crt", "tls.key")) {
            String whole = content(name);
            int end = whole.stripTrailing().length();
            for (int length = 0; length < end; length++) {
                put(name, whole.substring(0, length));
                unusable().hasMessageStartingWith(path.resolve(name) + ": is ");
            }
            put(name, whole);
        }
    }

    @Test
    void swapped() throws IOException {
        directory.issue(HOSTS, false);
        String certificate = content("tls.crt");
        put("tls.crt", content("tls.key"));
        unusable().hasMessageStartingWith(path.resolve("tls.crt") + ": holds a private key (expected: ");
        put("tls.crt", certificate);
        put("tls.key", certificate);
        unusable().hasMessageStartingWith(path.resolve("tls.key") + ": holds a certificate (expected: ");
    }

    @Test
    void neverShowsAKey() throws IOException {
        directory.issue(HOSTS, false);
        String secret = content("tls.key").lines().skip(1).findFirst().orElseThrow();
        put("tls.crt", content("tls.key"));
        unusable().satisfies(e -> assertThat(e.toString()).doesNotContain(secret));
        put("tls.key", content("tls.key").replace("-----END", "-----"));
        unusable().satisfies(e -> assertThat(e.toString()).doesNotContain(secret));
    }

    @Test
    void tooLarge() throws IOException {
        directory.issue(HOSTS, false);
        String certificate = content("tls.crt");
        put("tls.crt", certificate + " ".repeat(PemFile.MAX_BYTES - certificate.length()));
        put("tls.key", content("tls.key") + " ".repeat(PemFile.MAX_BYTES));
        unusable().hasMessageStartingWith(path.resolve("tls.key") + ": is larger than 1048576 bytes");
    }

    @Test
    void directoryInPlaceOfAFile() throws IOException {
        Files.createDirectories(path.resolve("tls.crt"));
        unusable().hasMessageStartingWith(path.resolve("tls.crt") + ": is no regular file");
    }

    @Test
    void rsaPkcs8AndPkcs1() throws Exception {
        KeyPair keys = rsa();
        Files.createDirectories(path);
        put("tls.crt", pem(signed(keys, "SHA256withRSA", "rsa.example", KeyPurposeId.id_kp_serverAuth)));
        put("tls.key", pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
        assertThat(content("tls.key")).startsWith("-----BEGIN PRIVATE KEY-----");
        ServingCertificate serving = directory.read();
        assertThat(serving.names()).containsExactly("rsa.example");
        put("tls.key", pem(keys.getPrivate()));
        assertThat(content("tls.key")).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        assertThat(directory.read()).isEqualTo(serving);
        assertThat(Handshake.of(serving.pair(), Handshake.certificate(content("tls.crt")), "rsa.example"))
                .isEqualTo("TLSv1.3");
    }

    @Test
    void ecInTheFormOfOpenSsl() throws Exception {
        KeyPair keys = UnsignedCertificate.newKeys();
        Files.createDirectories(path);
        put("tls.crt", pem(signed(keys, "SHA256withECDSA", "ec.example", KeyPurposeId.anyExtendedKeyUsage)));
        put("tls.key", pem(sec1(keys)));
        assertThat(content("tls.key")).startsWith("-----BEGIN EC PRIVATE KEY-----");
        ServingCertificate serving = directory.read();
        assertThat(serving.pair().key()).startsWith("-----BEGIN PRIVATE KEY-----");
        // P-256, as `openssl ecparam -name prime256v1 -genkey` puts it in front.
        put(
                "tls.key",
                "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + content("tls.key"));
        assertThat(directory.read()).isEqualTo(serving);
    }

    @Test
    void chainWithItsAuthority() throws Exception {
        directory.issue(HOSTS, false);
        String certificate = content("tls.crt");
        put("tls.crt", "# serving\n" + certificate + "# authority\n" + content("ca.crt"));
        assertThat(directory.read().pair().chain()).isEqualTo(certificate + content("ca.crt"));
        put("tls.crt", content("ca.crt") + certificate);
        unusable().hasMessageContaining("does not belong to the first certificate");
    }

    @Test
    void encryptedKey() throws Exception {
        directory.issue(HOSTS, false);
        put(
                "tls.key",
                pem(new JcaPKCS8Generator(
                        rsa().getPrivate(),
                        new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                                .setProvider(new BouncyCastleProvider())
                                .setPassword("secret".toCharArray())
                                .build())));
        unusable().hasMessageStartingWith(path.resolve("tls.key") + ": holds an encrypted private key (expected: ");
    }

    @Test
    void keyOfAKindThatIsNotServed() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        Files.createDirectories(path);
        put("tls.crt", pem(signed(keys, "Ed25519", "ed.example", KeyPurposeId.id_kp_serverAuth)));
        put("tls.key", pem(new JcaPKCS8Generator(keys.getPrivate(), null)));
        unusable().hasMessage(path.resolve("tls.key") + ": holds a key for EdDSA (expected: a private key, RSA or EC)");
    }

    @Test
    void certificateForClients() throws Exception {
        KeyPair keys = UnsignedCertificate.newKeys();
        Files.createDirectories(path);
        put("tls.crt", pem(signed(keys, "SHA256withECDSA", "a.example", KeyPurposeId.id_kp_clientAuth)));
        put("tls.key", pem(sec1(keys)));
        unusable()
                .hasMessage(
                        path.resolve("tls.crt") + ": is not for servers (expected: the extended key usage serverAuth)");
    }

    @Test
    void certificateWithoutNames() throws Exception {
        directory.issue(HOSTS, false);
        put("tls.crt", content("ca.crt"));
        put("tls.key", content("ca.key"));
        unusable().hasMessageStartingWith(path.resolve("tls.crt") + ": names no host (expected: ");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> unusable() {
        return assertThatThrownBy(() -> directory.read()).isInstanceOf(UnusableCertificateException.class);
    }

    private TlsDirectory at(Instant time) {
        return new TlsDirectory(path, InstantSource.fixed(time));
    }

    private String content(String name) throws IOException {
        return Files.readString(path.resolve(name));
    }

    private void put(String name, String content) throws IOException {
        Files.writeString(path.resolve(name), content);
    }

    private String mode(String name) throws IOException {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(path.resolve(name), LinkOption.NOFOLLOW_LINKS));
    }

    /** Name to content, or to nothing for a directory. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.skip(1).toList()) {
                contents.put(path.relativize(file).toString(), Files.isDirectory(file) ? "" : Files.readString(file));
            }
        }
        return contents;
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    /** As another issuer makes them. */
    private X509Certificate signed(KeyPair keys, String algorithm, String host, KeyPurposeId purpose) throws Exception {
        X500Name name = new X500Name("CN=test");
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.TEN,
                        Date.from(now.minus(Duration.ofDays(1))),
                        Date.from(now.plus(Duration.ofDays(1))),
                        name,
                        keys.getPublic())
                .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, host)))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate())));
    }

    /** A P-256 key as OpenSSL and Go write it, with the curve and the public key in it. */
    private static PemObject sec1(KeyPair keys) throws Exception {
        BigInteger secret = ((ECPrivateKey) keys.getPrivate()).getS();
        SubjectPublicKeyInfo publicKey =
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded());
        return new PemObject(
                "EC PRIVATE KEY",
                new org.bouncycastle.asn1.sec.ECPrivateKey(
                                256,
                                secret,
                                publicKey.getPublicKeyData(),
                                publicKey.getAlgorithm().getParameters())
                        .getEncoded());
    }

    private static String pem(Object value) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(value);
        }
        return text.toString();
    }
}
