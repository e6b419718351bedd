package dev.marchwarden.rulebook;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Objects;

/**
 * How far the CEL twin enforces a rule.
 *
 * @param onlyByTheWebhook what the twin leaves out, in words; empty where that is nothing
 */
public record TwinCoverage(Extent extent, String onlyByTheWebhook) {
    public TwinCoverage {
        onlyByTheWebhook = Objects.requireNonNullElse(onlyByTheWebhook, "");
    }

    /** Of a page that does not speak of the twin. */
    static final TwinCoverage NONE = new TwinCoverage(Extent.NONE, "everything");

    /** Of a rule. */
    public enum Extent {
        /** Denies exactly what the webhook denies. */
        @JsonProperty("whole")
        WHOLE,
        /** Denies only what the webhook denies, and not all of it. */
        @JsonProperty("part")
        PART,
        @JsonProperty("none")
        NONE
    }
}
