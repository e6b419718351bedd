package dev.marchwarden.decisionlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.JsonTrees;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes off what container runtimes and kubectl put in front of a line, and joins the parts of one that a runtime has split: CRI ({@code TIME
 * stdout F LINE}, with {@code P} for a part), Docker's json-file ({@code {"log":"LINE\n",...}}), {@code kubectl logs} with {@code --prefix}
 * and {@code --timestamps}. Nothing else may stand in front: a message that quotes a decision line is not one.
 */
final class ContainerLog {
    private static final Pattern FRONT = Pattern.compile("(?:\\[pod/[a-z0-9.-]+/[a-z0-9-]+\\] )?"
            + "(?:[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9]{2}:[0-9]{2}) )?"
            + "(?:(?<stream>stdout|stderr) (?<part>[FP])(?::[^ ]*)? )?");

    private static final String DOCKER = "{\"log\":\"";

    private final StringBuilder begun = new StringBuilder();

    /** What the program wrote, once it is whole; empty for a part, and for standard error. */
    Optional<String> line(String line) {
        if (line.startsWith(DOCKER)) {
            return docker(line);
        }
        Matcher front = FRONT.matcher(line);
        if (!front.lookingAt()) {
            return Optional.of(line);
        }
        if ("stderr".equals(front.group("stream"))) {
            return Optional.empty();
        }
        String text = line.substring(front.end());
        return front.group("part") == null
                ? Optional.of(text)
                : part(text, front.group("part").equals("P"));
    }

    private Optional<String> docker(String line) {
        JsonNode entry;
        try {
            entry = JsonTrees.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            return Optional.of(line);
        }
        if ("stderr".equals(entry.path("stream").asText())) {
            return Optional.empty();
        }
        String text = entry.path("log").asText();
        return text.endsWith("\n")
                ? part(text.substring(0, text.length() - 1), false)
                : part(text, !isWhole(begun + text));
    }

    /** Agents that pass Docker's entries on drop the line break. */
    private static boolean isWhole(String text) {
        if (!text.startsWith("{")) {
            return true;
        }
        try {
            JsonTrees.MAPPER.readTree(text);
            return true;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private Optional<String> part(String text, boolean more) {
        if (begun.length() + text.length() <= LineSource.MAX_LINE) {
            begun.append(text);
        }
        return more ? Optional.empty() : rest();
    }

    /** What has begun and not ended. */
    Optional<String> rest() {
        String line = begun.toString();
        begun.setLength(0);
        return line.isEmpty() ? Optional.empty() : Optional.of(line);
    }
}
