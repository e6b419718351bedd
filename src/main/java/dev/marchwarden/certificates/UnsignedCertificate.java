package dev.marchwarden.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate up to its signature: an ECDSA P-256 key, a random serial number and the extensions of its profile. */
final class UnsignedCertificate {
    /** One bit below the 20 octets that RFC 5280, section 4.1.2.2 allows, so that the number is positive. */
    private static final int SERIAL_BITS = 159;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X509v3CertificateBuilder builder;

    /** All cryptography is the JDK's; BouncyCastle only lays out the ASN.1. */
    private final JcaX509ExtensionUtils identifiers;

    private UnsignedCertificate(X509v3CertificateBuilder builder, JcaX509ExtensionUtils identifiers) {
        this.builder = builder;
        this.identifiers = identifiers;
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no P-256 keys", e);
        }
    }

    static X500Name named(String commonName) {
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }

    static UnsignedCertificate of(
            X500Name issuer, X500Name subject, PublicKey key, Instant notBefore, Instant notAfter) {
        BigInteger serial = new BigInteger(SERIAL_BITS - 1, RANDOM).setBit(SERIAL_BITS - 1);
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    issuer, serial, Date.from(notBefore), Date.from(notAfter), subject, key);
            return new UnsignedCertificate(builder, identifiers)
                    .with(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no SHA-1 for key identifiers", e);
        }
    }

    UnsignedCertificate with(ASN1ObjectIdentifier extension, boolean critical, ASN1Encodable value) {
        try {
            builder.addExtension(extension, critical, value);
        } catch (IOException e) {
            throw new IllegalStateException("an extension of our own has no encoding", e);
        }
        return this;
    }

    UnsignedCertificate withAuthority(PublicKey authority) {
        return with(Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(authority));
    }

    X509Certificate sign(PrivateKey authority) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority)));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("this JDK does not sign with ECDSA", e);
        }
    }
}
