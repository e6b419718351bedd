package dev.marchwarden.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateAuthorityTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.750Z");
    private static final List<String> HOSTS =
            List.of("marchwarden.system.svc", "*.example.com", "127.0.0.1", "2001:db8::1", "::1");

    private final CertificateAuthority authority =
            CertificateAuthority.create(InstantSource.fixed(NOW), CertificateAuthority.DEFAULT_LIFETIME);

    @Test
    void authorityProfile() throws Exception {
        X509Certificate certificate = authority.certificate();
        certificate.verify(certificate.getPublicKey());
        assertThat(certificate.getSubjectX500Principal()).hasToString("CN=Marchwarden CA");
        assertThat(certificate.getIssuerX500Principal()).isEqualTo(certificate.getSubjectX500Principal());
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(bitsOfCurve(certificate)).isEqualTo(256);
        assertThat(certificate.getBasicConstraints()).isZero();
        assertThat(certificate.getKeyUsage())
                .containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(certificate.getNonCriticalExtensionOIDs()).containsExactly("2.5.29.14");
        assertThat(certificate.getSerialNumber().signum()).isPositive();
        assertThat(certificate.getSerialNumber().bitLength()).isEqualTo(159);
        assertThat(certificate.getNotBefore()).isEqualTo("2026-03-01T11:55:00Z");
        assertThat(certificate.getNotAfter()).isEqualTo("2036-02-27T12:00:00Z");
    }

    @Test
    void servingProfile() throws Exception {
        X509Certificate certificate = serving(HOSTS, CertificateAuthority.DEFAULT_SERVING_LIFETIME);
        assertThat(certificate.getSubjectX500Principal()).hasToString("CN=marchwarden.system.svc");
        assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
        assertThat(bitsOfCurve(certificate)).isEqualTo(256);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getKeyUsage())
                .containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(certificate.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(certificate.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35", "2.5.29.37", "2.5.29.17");
        assertThat(certificate.getSubjectAlternativeNames())
                .containsExactly(
                        List.of(2, "marchwarden.system.svc"),
                        List.of(2, "*.example.com"),
                        List.of(7, "127.0.0.1"),
                        List.of(7, "2001:db8:0:0:0:0:0:1"),
                        List.of(7, "0:0:0:0:0:0:0:1"));
        assertThat(certificate.getNotBefore()).isEqualTo("2026-03-01T11:55:00Z");
        assertThat(certificate.getNotAfter()).isEqualTo("2027-03-01T12:00:00Z");
        assertThat(certificate.getSerialNumber())
                .isNotEqualTo(authority.certificate().getSerialNumber());
    }

    @Test
    void pkixAcceptsTheChain() throws Exception {
        CertPath path = CertificateFactory.getInstance("X.509")
                .generateCertPath(List.of(serving(HOSTS, CertificateAuthority.DEFAULT_SERVING_LIFETIME)));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority.certificate(), null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(NOW));
        assertThat(CertPathValidator.getInstance("PKIX").validate(path, parameters))
                .isNotNull();
    }

    @Test
    void servingNeverOutlivesItsAuthority() throws Exception {
        assertThat(serving(HOSTS, Duration.ofDays(36500)).getNotAfter())
                .isEqualTo(authority.certificate().getNotAfter());
    }

    @Test
    void expiredAuthorityIssuesNothing() {
        Instant[] now = {NOW};
        CertificateAuthority shortLived = CertificateAuthority.create(() -> now[0], Duration.ofHours(1));
        now[0] = NOW.plus(Duration.ofHours(1));
        assertThatThrownBy(() -> shortLived.issue(HOSTS, Duration.ofDays(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the certificate authority has expired on 2026-03-01T13:00:00Z");
    }

    @Test
    void lifetimesArePositive() {
        assertThatThrownBy(() -> CertificateAuthority.create(InstantSource.system(), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> authority.issue(HOSTS, Duration.ofDays(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lifetime PT-24H is too short (expected: at least a second)");
    }

    @Test
    void longHostIsNoCommonName() throws Exception {
        String host = "a".repeat(60) + ".example";
        X509Certificate certificate = serving(List.of(host), Duration.ofDays(1));
        assertThat(certificate.getSubjectX500Principal()).hasToString("CN=Marchwarden");
        assertThat(certificate.getSubjectAlternativeNames()).containsExactly(List.of(2, host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"marchwarden.system.svc", "any.example.com", "127.0.0.1", "::1"})
    void handshakeForEveryHost(String host) throws Exception {
        CertificateAuthority now =
                CertificateAuthority.create(InstantSource.system(), CertificateAuthority.DEFAULT_LIFETIME);
        CertificatePair pair = now.issue(HOSTS, CertificateAuthority.DEFAULT_SERVING_LIFETIME);
        assertThat(Handshake.of(pair, now.certificate(), host)).isEqualTo("TLSv1.3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.system.svc", "example.com", "127.0.0.2", "::2"})
    void noHandshakeForAnotherHost(String host) {
        CertificateAuthority now =
                CertificateAuthority.create(InstantSource.system(), CertificateAuthority.DEFAULT_LIFETIME);
        CertificatePair pair = now.issue(HOSTS, CertificateAuthority.DEFAULT_SERVING_LIFETIME);
        assertThatThrownBy(() -> Handshake.of(pair, now.certificate(), host)).isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void noHandshakeForAnotherAuthority() {
        CertificateAuthority now =
                CertificateAuthority.create(InstantSource.system(), CertificateAuthority.DEFAULT_LIFETIME);
        CertificateAuthority other =
                CertificateAuthority.create(InstantSource.system(), CertificateAuthority.DEFAULT_LIFETIME);
        CertificatePair pair = now.issue(HOSTS, CertificateAuthority.DEFAULT_SERVING_LIFETIME);
        assertThatThrownBy(() -> Handshake.of(pair, other.certificate(), "::1"))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void keyIsNotShown() {
        CertificatePair pair = authority.issue(HOSTS, Duration.ofDays(1));
        assertThat(pair.key()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        assertThat(pair.toString()).contains("BEGIN CERTIFICATE").doesNotContain("PRIVATE KEY");
    }

    private X509Certificate serving(List<String> hosts, Duration lifetime) throws Exception {
        return Handshake.certificate(authority.issue(hosts, lifetime).chain());
    }

    private static int bitsOfCurve(X509Certificate certificate) {
        return ((ECPublicKey) certificate.getPublicKey())
                .getParams()
                .getCurve()
                .getField()
                .getFieldSize();
    }
}
