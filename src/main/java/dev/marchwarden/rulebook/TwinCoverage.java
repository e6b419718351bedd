package dev.marchwarden.rulebook;

/**
 * How far the CEL twin enforces a rule.
 *
 * @param onlyByTheWebhook what the twin leaves out, in words; empty where that is nothing
 */
public record TwinCoverage(Extent extent, String onlyByTheWebhook) {
    /** Of a page that does not speak of the twin. */
    static final TwinCoverage NONE = new TwinCoverage(Extent.NONE, "everything");

    /** Of a rule. */
    public enum Extent {
        /** Denies exactly what the webhook denies. */
        WHOLE,
        /** Denies only what the webhook denies, and not all of it. */
        PART,
        NONE
    }
}
