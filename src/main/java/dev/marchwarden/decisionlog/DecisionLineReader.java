package dev.marchwarden.decisionlog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.marchwarden.decisionlog.LoggedDecision.ExceptionUsed;
import dev.marchwarden.decisionlog.LoggedDecision.Labels;
import dev.marchwarden.decisionlog.LoggedDecision.ObjectReference;
import dev.marchwarden.decisionlog.LoggedDecision.Violated;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a decision line, whose format is {@code decision-log.schema.json}. A field that a later release adds is passed over. */
final class DecisionLineReader {
    /** As {@code serve} cuts texts. A line that somebody altered takes no more memory than others. */
    private static final int MAX_TEXT = 256;

    /** Of a repeated field, two readers could take different values. */
    private static final ObjectReader STRICT = JsonTrees.MAPPER
            .reader()
            .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY, DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Map<String, Verdict> VERDICTS = Arrays.stream(Verdict.values())
            .collect(Collectors.toUnmodifiableMap(Verdict::spelling, Function.identity()));

    private DecisionLineReader() {}

    /** Empty for a line that is no decision line and was none. */
    static Optional<LoggedDecision> read(String line) throws DamagedLineException {
        if (!line.startsWith("{")) {
            return Optional.empty();
        }
        JsonNode tree;
        try {
            tree = STRICT.readTree(line);
        } catch (JsonProcessingException e) {
            if (beginsAsDecision(line)) {
                throw new DamagedLineException("not a whole JSON object");
            }
            return Optional.empty();
        }
        return tree.has("decision") && tree.has("webhook") && !tree.has("level")
                ? Optional.of(decision(tree))
                : Optional.empty();
    }

    /** With {@code --log-format json} messages begin so too, and have a level. The second form is Docker's. */
    private static boolean beginsAsDecision(String line) {
        return (line.startsWith("{\"time\":\"") && !line.contains("level\":\""))
                || (line.startsWith("{\"log\":\"{\\\"time\\\":\\\"") && !line.contains("level\\\":\\\""));
    }

    private static LoggedDecision decision(JsonNode line) throws DamagedLineException {
        return new LoggedDecision(
                time(line),
                verdict(line),
                text(line, "webhook"),
                text(line, "operation"),
                new ObjectReference(
                        text(line, "group"), text(line, "kind"), text(line, "namespace"), text(line, "name")),
                text(line, "user"),
                required(
                        line.path("dryRun").isBoolean(),
                        "dryRun",
                        line.path("dryRun").booleanValue()),
                labels(line.path("usergroup"), "usergroup"),
                line.has("revision") ? labels(line.path("revision"), "revision") : Labels.NONE,
                violations(line),
                exceptions(line.path("exceptions")));
    }

    private static Instant time(JsonNode line) throws DamagedLineException {
        try {
            return Instant.parse(text(line, "time"));
        } catch (DateTimeParseException e) {
            throw new DamagedLineException("time is no time");
        }
    }

    private static Verdict verdict(JsonNode line) throws DamagedLineException {
        Verdict verdict = VERDICTS.get(text(line, "decision"));
        if (verdict == null) {
            throw new DamagedLineException("decision is not one that this release knows");
        }
        return verdict;
    }

    private static Labels labels(JsonNode labels, String field) throws DamagedLineException {
        required(labels.has("before") && labels.has("after"), field, true);
        return new Labels(nullable(labels, "before"), nullable(labels, "after"));
    }

    private static List<Violated> violations(JsonNode line) throws DamagedLineException {
        JsonNode rules = line.path("rules");
        JsonNode enforcement = line.path("enforcement");
        required(rules.isArray() && enforcement.isArray() && rules.size() == enforcement.size(), "rules", true);
        List<Violated> violations = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            violations.add(new Violated(text(rules.path(i), "rules"), text(enforcement.path(i), "enforcement")));
        }
        return violations;
    }

    private static List<ExceptionUsed> exceptions(JsonNode entries) throws DamagedLineException {
        List<ExceptionUsed> exceptions = new ArrayList<>();
        for (JsonNode entry : entries) {
            exceptions.add(new ExceptionUsed(
                    text(entry, "rule"),
                    emptyIfNull(nullable(entry, "field")),
                    text(entry, "until"),
                    text(entry, "reason"),
                    emptyIfNull(nullable(entry, "ticket"))));
        }
        return exceptions;
    }

    private static String emptyIfNull(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static @Nullable String nullable(JsonNode object, String field) throws DamagedLineException {
        return object.path(field).isNull() ? null : text(object, field);
    }

    private static String text(JsonNode object, String field) throws DamagedLineException {
        return text(object.isObject() ? object.path(field) : object, field, object.isObject());
    }

    private static String text(JsonNode value, String field, boolean named) throws DamagedLineException {
        String text = value.textValue();
        if (text == null) {
            throw new DamagedLineException(
                    field + (named ? " is missing, or no text" : " has an entry that is no text"));
        }
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT);
    }

    private static <T> T required(boolean there, String field, T value) throws DamagedLineException {
        if (!there) {
            throw new DamagedLineException(field + " is missing, or of another type");
        }
        return value;
    }
}
