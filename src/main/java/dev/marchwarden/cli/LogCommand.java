package dev.marchwarden.cli;

import dev.marchwarden.decisionlog.DecisionFilter;
import dev.marchwarden.decisionlog.DecisionLogReader;
import dev.marchwarden.decisionlog.LineCounts;
import dev.marchwarden.decisionlog.LogReport;
import dev.marchwarden.decisionlog.LogReportCsv;
import dev.marchwarden.decisionlog.LogReportJson;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code log}: the decision log, for auditors. */
@Command(
        name = "log",
        description = {
            "Reports what a decision log says.",
            "It counts denials, errors and warnings by user, rule, usergroup and hour, lists the exemptions and exceptions",
            "that were used, and the namespaces that joined or left a usergroup or changed their revision. Lines may be as",
            "serve writes them, or as container runtimes and kubectl logs pass them on. Other lines are skipped and counted.",
            "Each filter may be given several times: a decision is counted if it matches one value of each."
        },
        exitCodeList = {
            "0:reported",
            "1:reported, but incomplete: lines that begin as a decision cannot be read, or no line is a decision",
            "2:a file cannot be read"
        },
        footer = {
            "",
            "Examples:",
            "  marchwarden log decisions.jsonl",
            "  kubectl -n marchwarden-system logs -l app.kubernetes.io/name=marchwarden --tail=-1 --prefix | marchwarden log -",
            "  marchwarden log --since 24h --decision denied --decision error decisions.jsonl",
            "  marchwarden log --usergroup team-1 --since 2026-11-01 --until 2026-12-01 -o csv decisions.jsonl"
        })
final class LogCommand implements Callable<Integer> {
    /** A time, a date (its beginning in UTC), or how long ago. */
    static final class TimeConverter implements ITypeConverter<Instant> {
        private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhd])");
        private static final Map<String, Duration> UNITS = Map.of(
                "s",
                Duration.ofSeconds(1),
                "m",
                Duration.ofMinutes(1),
                "h",
                Duration.ofHours(1),
                "d",
                Duration.ofDays(1));

        @Override
        public Instant convert(String value) {
            Matcher ago = AGO.matcher(value);
            if (ago.matches()) {
                Duration unit = UNITS.getOrDefault(ago.group(2), Duration.ZERO);
                return InstantSource.system().instant().minus(unit.multipliedBy(Long.parseLong(ago.group(1))));
            }
            try {
                return value.contains("T")
                        ? OffsetDateTime.parse(value).toInstant()
                        : LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant();
            } catch (DateTimeException e) {
                throw new TypeConversionException(Quoted.of(value)
                        + " is no time (expected: as in 2026-11-27T06:30:00Z, 2026-11-27, or 24h for 24 hours ago)");
            }
        }
    }

    static final class VerdictConverter implements ITypeConverter<Verdict> {
        @Override
        public Verdict convert(String value) {
            return Arrays.stream(Verdict.values())
                    .filter(verdict -> verdict.spelling().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException(Quoted.of(value) + " is no decision (expected: "
                            + String.join(", ", new Verdicts()) + ")"));
        }
    }

    /** For help and the completion script. */
    static final class Verdicts implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Verdict.values()).map(Verdict::spelling).iterator();
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "FILE",
            description = "Decision logs, or - for standard input (default: standard input).")
    private @Nullable List<Path> files;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "From this time on: a time with its zone, a date (its first moment in UTC), or how long ago,"
                    + " as in 30s, 90m, 24h or 7d.")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", converter = TimeConverter.class, description = "Before this time.")
    private @Nullable Instant until;

    @Option(
            names = "--usergroup",
            paramLabel = "NAME",
            description = "The usergroup of the namespace, before or after the change.")
    private @Nullable List<String> usergroups;

    @Option(names = "--user", paramLabel = "NAME", description = "The user who sent the request.")
    private @Nullable List<String> users;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            completionCandidates = ExplainCommand.Rules.class,
            description = "A rule that the request violates, at any enforcement.")
    private @Nullable List<String> rules;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The namespace of the object, or the Namespace itself.")
    private @Nullable List<String> namespaces;

    @Option(
            names = "--decision",
            paramLabel = "DECISION",
            converter = VerdictConverter.class,
            completionCandidates = Verdicts.class,
            description = "${COMPLETION-CANDIDATES}.")
    private @Nullable List<Verdict> decisions;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private LogReportFormat format;

    @Override
    public Integer call() {
        if (since != null && until != null && !since.isBefore(until)) {
            throw new Failure("--since " + since + " is not before --until " + until
                    + " (expected: the beginning, then the end)");
        }
        DecisionFilter filter =
                new DecisionFilter(since, until, set(usergroups), set(users), rules(), set(namespaces), set(decisions));
        LogReport report = new LogReport();
        DecisionLogReader reader = new DecisionLogReader(filter, report);
        List<Path> logs = files == null ? List.of(Path.of("-")) : files;
        logs.forEach(LogCommand::reject);
        logs.forEach(log -> read(log, reader));
        write(report);
        LineCounts lines = report.lines();
        return lines.unreadable() > 0 || lines.areOfAnotherLog() ? ExitCode.FOUND : ExitCode.OK;
    }

    private static <T> Set<T> set(@Nullable Collection<T> values) {
        return values == null ? Set.of() : new LinkedHashSet<>(values);
    }

    private Set<String> rules() {
        Set<String> named = set(rules);
        for (String rule : named) {
            if (RuleName.named(rule).isEmpty()) {
                List<String> known =
                        Arrays.stream(RuleName.values()).map(RuleName::spelling).toList();
                throw new Failure("--rule " + Quoted.of(rule) + " is no rule"
                        + Nearest.to(rule, known)
                                .map(near -> " (did you mean " + near + "?)")
                                .orElse(" (`marchwarden explain` lists them)"));
            }
        }
        return named;
    }

    /** What can be told before anything is read. */
    @SuppressWarnings("SystemConsoleNull") // it still is where the console's module is missing
    private static void reject(Path log) {
        if (log.toString().equals("-")) {
            Console console = System.console();
            if (console != null && console.isTerminal()) {
                throw new Failure("no decision log is given (expected: a file, or a log on standard input)");
            }
        } else if (Files.isDirectory(log)) {
            throw new Failure(log + " is a directory (expected: files; " + log + "/* names those in it)");
        } else if (!Files.isReadable(log)) {
            throw new Failure(log + " cannot be read (expected: a file that exists and is readable)");
        }
    }

    private static void read(Path log, DecisionLogReader reader) {
        try {
            if (log.toString().equals("-")) {
                reader.read(System.in);
            } else {
                try (InputStream in = Files.newInputStream(log)) {
                    reader.read(in);
                }
            }
        } catch (IOException e) {
            throw InputFiles.unreadable(log, e);
        }
    }

    private void write(LogReport report) {
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case json -> out.println(LogReportJson.of(report));
            case csv -> {
                LogReportCsv.of(report).forEach(out::println);
                LogPage.notes(report)
                        .forEach(note -> spec.commandLine().getErr().println("marchwarden: " + note));
            }
            case table -> new LogPage(spec.commandLine()).show(report, Marchwarden.isVerbose(spec));
        }
    }
}
