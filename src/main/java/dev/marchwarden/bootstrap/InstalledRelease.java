package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A helm release as it is.
 *
 * @param chart name and version with a hyphen between them, as helm lists it: {@code istiod-1.30.3}
 * @param status as helm has it: {@code deployed}, {@code failed}, {@code pending-upgrade} ...
 * @param values all that were set
 */
public record InstalledRelease(String chart, String status, JsonNode values) {
    static final String DEPLOYED = "deployed";

    /** Whether an operation of helm began and never ended, so that it begins no other. */
    public boolean isInterrupted() {
        return status.startsWith("pending-") || status.equals("uninstalling");
    }
}
