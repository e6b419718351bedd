package dev.marchwarden.tenancy;

/** What a rule is about. */
public enum RuleArea {
    NAMESPACES("Namespaces"),
    /** Istio's and the Gateway API's own objects. */
    CONFIGURATION("Configuration"),
    /** Pods, and what makes them. */
    WORKLOADS("Workloads"),
    /** The control planes themselves, and what they read and write. */
    CONTROL_PLANES("Control planes");

    private final String title;

    RuleArea(String title) {
        this.title = title;
    }

    /** The heading of the area in the rule book. */
    public String title() {
        return title;
    }
}
