package dev.marchwarden.text;

/** The syntax of names in DNS, as Kubernetes has it (apimachinery: pkg/util/validation, IsDNS1123Label). */
public final class DnsName {
    /** One label, as a namespace's name is one. A regular expression. */
    public static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    private DnsName() {}
}
