package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An HTTP response.
 *
 * @param headers by lower-case name
 */
@SuppressWarnings("ArrayRecordComponent")
public record Reply(int status, Map<String, String> headers, byte[] body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public String text() {
        return new String(body, UTF_8);
    }

    public JsonNode json() {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    public boolean asksToClose() {
        return header("connection").equalsIgnoreCase("close");
    }

    /** Of an AdmissionReview. */
    public JsonNode response() {
        return json().path("response");
    }

    public boolean allowed() {
        return response().path("allowed").asBoolean();
    }

    public String decision() {
        return response().path("auditAnnotations").path("decision").asText();
    }

    public Set<String> rules() {
        return Arrays.stream(response()
                        .path("auditAnnotations")
                        .path("rules")
                        .asText()
                        .split(",", -1))
                .filter(rule -> !rule.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public String toString() {
        return status + " " + headers + " " + text();
    }
}
