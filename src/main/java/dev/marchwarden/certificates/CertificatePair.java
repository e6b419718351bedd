package dev.marchwarden.certificates;

/**
 * A certificate and the private key that belongs to it, as PEM text.
 *
 * @param chain the certificate, after it any intermediate ones
 * @param key PKCS#8, not encrypted
 */
public record CertificatePair(String chain, String key) {
    /** Without the key: values end up in logs and in messages of failed assertions. */
    @Override
    public String toString() {
        return "CertificatePair[chain=" + chain + ", key=not shown]";
    }
}
