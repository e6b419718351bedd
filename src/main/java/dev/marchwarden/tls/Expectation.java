package dev.marchwarden.tls;

import dev.marchwarden.certificates.ServingCertificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * What a client is to find at our address.
 *
 * @param certificate what is to be served
 * @param bundles what clients trust: each may be some API server's
 */
public record Expectation(ServingCertificate certificate, List<Set<X509Certificate>> bundles) {
    public Expectation {
        bundles = List.copyOf(bundles);
    }
}
