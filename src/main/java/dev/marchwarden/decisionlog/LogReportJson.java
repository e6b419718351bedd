package dev.marchwarden.decisionlog;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.policy.Verdict;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** A report for programs: JSON on one line, printable ASCII. Fields are added, never renamed. What does not apply is null. */
public final class LogReportJson {
    private LogReportJson() {}

    public static String of(LogReport report) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JsonStreams.ASCII.createGenerator(text)) {
            out.writeStartObject();
            lines(out, report.lines());
            decisions(out, report.all());
            List<LogSection> sections = LogSection.of(report);
            for (LogSection section : sections) {
                out.writeArrayFieldStart(section.name());
                for (List<Object> row : section.rows()) {
                    row(out, section.columns(), row);
                }
                out.writeEndArray();
            }
            out.writeObjectFieldStart("others");
            for (LogSection section : sections) {
                out.writeNumberField(section.name(), section.others());
            }
            out.writeEndObject();
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // text in memory does not fail to be written to
        }
        return text.toString();
    }

    private static void lines(JsonGenerator out, LineCounts lines) throws IOException {
        out.writeObjectFieldStart("lines");
        out.writeNumberField("read", lines.all());
        out.writeNumberField("decisions", lines.decisions());
        out.writeNumberField("skipped", lines.skipped());
        out.writeNumberField("unreadable", lines.unreadable());
        out.writeEndObject();
    }

    private static void decisions(JsonGenerator out, DecisionCount all) throws IOException {
        out.writeObjectFieldStart("decisions");
        out.writeNumberField("selected", all.all());
        for (Verdict verdict : Verdict.values()) {
            out.writeNumberField(verdict.spelling(), all.of(verdict));
        }
        out.writeNumberField("dryRuns", all.dryRuns());
        out.writeStringField("first", all.first() == null ? null : all.first().toString());
        out.writeStringField("last", all.last() == null ? null : all.last().toString());
        out.writeEndObject();
    }

    private static void row(JsonGenerator out, List<String> columns, List<Object> row) throws IOException {
        out.writeStartObject();
        for (int i = 0; i < row.size(); i++) {
            out.writeFieldName(columns.get(i));
            if (row.get(i) instanceof Long number) {
                out.writeNumber(number);
            } else {
                String text = row.get(i).toString();
                out.writeString(text.isEmpty() ? null : text);
            }
        }
        out.writeEndObject();
    }
}
