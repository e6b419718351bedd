package dev.marchwarden.admission;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.tenancy.ExceptionEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of the decision log: JSON, printable ASCII, no line break in it whatever a request holds. Its JSON Schema is {@code
 * decision-log.schema.json}; fields are added, never renamed or removed.
 */
public final class DecisionLine {
    /** Names and users are cut here; no Kubernetes name is longer than 253. */
    private static final int MAX_TEXT = 256;
    /** Of a user with more groups the first are logged. */
    private static final int MAX_GROUPS = 64;

    private static final int MAX_FINDINGS = 50;

    private DecisionLine() {}

    /**
     * @param time when the decision was made
     * @param micros from the last byte read to the decision, in microseconds
     */
    public static String of(Outcome outcome, Instant time, long micros) {
        return of(outcome, time, micros, null);
    }

    /** @param trace of the call that asked; null where it is in none */
    public static String of(Outcome outcome, Instant time, long micros, @Nullable TraceParent trace) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(640);
        try (JsonGenerator out = JsonStreams.ASCII.createGenerator(line)) {
            AdmissionRequest request = outcome.request();
            out.writeStartObject();
            out.writeStringField("time", time.truncatedTo(ChronoUnit.MICROS).toString());
            out.writeStringField("webhook", outcome.webhook().spelling());
            text(out, "uid", request.uid());
            text(out, "operation", request.operation());
            text(out, "group", request.group());
            text(out, "version", request.version());
            text(out, "kind", request.kind());
            text(out, "subresource", request.subresource());
            text(out, "namespace", request.namespace());
            text(out, "name", request.objectName());
            text(out, "user", request.user().name());
            out.writeArrayFieldStart("groups");
            for (String group : first(request.user().groups(), MAX_GROUPS)) {
                out.writeString(cut(group));
            }
            out.writeEndArray();
            out.writeBooleanField("dryRun", request.dryRun());
            label(out, "usergroup", outcome.usergroup());
            if (outcome.revision() != null) {
                label(out, "revision", outcome.revision());
            }
            out.writeStringField("decision", outcome.verdict().spelling());
            findings(out, outcome);
            exceptions(out, outcome);
            out.writeNumberField("latencyMicros", micros);
            if (trace != null) {
                out.writeStringField(TraceParent.HEADER, trace.value());
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array does not fail to be written to
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** The n-th of each of the three lists belong together. */
    private static void findings(JsonGenerator out, Outcome outcome) throws IOException {
        List<RuleFinding> findings = first(outcome.findings().findings(), MAX_FINDINGS);
        out.writeArrayFieldStart("rules");
        for (RuleFinding finding : findings) {
            out.writeString(finding.violation().rule().spelling());
        }
        out.writeEndArray();
        out.writeArrayFieldStart("enforcement");
        for (RuleFinding finding : findings) {
            out.writeString(finding.enforcement().spelling());
        }
        out.writeEndArray();
        out.writeArrayFieldStart("messages");
        for (RuleFinding finding : findings) {
            out.writeString(finding.violation().message());
        }
        if (outcome.problem() != null) {
            out.writeString(outcome.problem());
        }
        out.writeEndArray();
    }

    /** Those of the tenancy that this decision rests on; the field is there only where there are some. */
    private static void exceptions(JsonGenerator out, Outcome outcome) throws IOException {
        if (outcome.findings().findings().isEmpty()) {
            return;
        }
        List<ExceptionEntry> used = outcome.findings().findings().stream()
                .map(RuleFinding::exception)
                .filter(Objects::nonNull)
                .distinct()
                .limit(MAX_FINDINGS)
                .toList();
        if (used.isEmpty()) {
            return;
        }
        out.writeArrayFieldStart("exceptions");
        for (ExceptionEntry entry : used) {
            out.writeStartObject();
            out.writeStringField("rule", entry.rule().spelling());
            nullable(out, "field", entry.field());
            out.writeStringField("until", entry.until().toString());
            text(out, "reason", entry.reason());
            nullable(out, "ticket", entry.ticket());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void label(JsonGenerator out, String field, LabelChange label) throws IOException {
        out.writeObjectFieldStart(field);
        nullable(out, "before", label.before());
        nullable(out, "after", label.after());
        out.writeEndObject();
    }

    private static void text(JsonGenerator out, String field, String value) throws IOException {
        out.writeStringField(field, cut(value));
    }

    private static void nullable(JsonGenerator out, String field, @Nullable String value) throws IOException {
        if (value == null) {
            out.writeNullField(field);
        } else {
            text(out, field, value);
        }
    }

    private static String cut(String value) {
        return value.length() <= MAX_TEXT ? value : value.substring(0, MAX_TEXT);
    }

    private static <T> List<T> first(List<T> list, int most) {
        return list.size() <= most ? list : list.subList(0, most);
    }
}
