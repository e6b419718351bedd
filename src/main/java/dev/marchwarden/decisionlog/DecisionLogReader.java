package dev.marchwarden.decisionlog;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads decision logs, line by line, into a report. What is no decision line is counted. */
public final class DecisionLogReader {
    private final DecisionFilter filter;
    private final LogReport report;

    public DecisionLogReader(DecisionFilter filter, LogReport report) {
        this.filter = filter;
        this.report = report;
    }

    /** To the end. May be called for several logs, in any order. */
    public void read(InputStream in) throws IOException {
        LineSource lines = new LineSource(in);
        ContainerLog container = new ContainerLog();
        for (LineSource.Line line = lines.next(); line != null; line = lines.next()) {
            report.lines().read();
            if (line.cut()) {
                report.lines().damaged();
            } else {
                Optional<String> written = container.line(line.text());
                written.ifPresent(this::take);
            }
        }
        container.rest().ifPresent(this::take);
    }

    private void take(String line) {
        try {
            Optional<LoggedDecision> decision = DecisionLineReader.read(line);
            if (decision.isEmpty()) {
                return;
            }
            report.lines().decision();
            if (filter.includes(decision.get())) {
                report.add(decision.get());
            }
        } catch (DamagedLineException e) {
            report.lines().damaged();
        }
    }
}
