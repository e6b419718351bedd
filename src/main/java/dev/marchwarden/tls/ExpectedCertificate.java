package dev.marchwarden.tls;

import dev.marchwarden.certificates.ServingCertificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * The certificate that a client should find at our address.
 *
 * @param certificate what should be served
 * @param bundles what clients trust: the caBundle of each webhook
 */
public record ExpectedCertificate(ServingCertificate certificate, List<Set<X509Certificate>> bundles) {
    public ExpectedCertificate {
        bundles = List.copyOf(bundles);
    }
}
