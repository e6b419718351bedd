package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.tenancy.Tenancy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code log} over a recorded decision log, as it is and as container runtimes pass it on. */
class LogCommandTest {
    private static final Path LOG = Path.of("test-fixtures/log/decisions.jsonl");
    private static final ObjectMapper JSON = new ObjectMapper();
    /** RFC 4180: numbers, or texts in quotes. */
    private static final Pattern CELLS = Pattern.compile("(?:[0-9]*|\"(?:[^\"]|\"\")*\"|[A-Za-z]+)(?:,|$)");

    @TempDir
    private Path directory;

    private static List<String> recorded() throws Exception {
        return Files.readAllLines(LOG);
    }

    private static JsonNode json(Invocation invocation) throws Exception {
        return JSON.readTree(invocation.out());
    }

    private static JsonNode reading(String log, int exitCode) throws Exception {
        Invocation invocation = Invocation.reading(log, "log", "-o", "json", "-");
        assertThat(invocation.exitCode()).isEqualTo(exitCode);
        return json(invocation);
    }

    @Test
    void countsDenialsErrorsAndWarnings() throws Exception {
        JsonNode report = json(Invocation.of("log", "-o", "json", LOG));
        assertThat(rows(report, "byUser", "user", "denied", "warned", "errors", "dryRuns"))
                .startsWith("alice 3 1 1 0", "mallory 2 0 0 1", "bob 1 1 0 0");
        assertThat(rows(report, "byRule", "rule", "denied", "warned", "errors", "dryRuns"))
                .containsExactlyInAnyOrder(
                        "foreign-host 3 0 0 0",
                        "membership-not-permitted 2 0 0 1",
                        "unknown-usergroup 1 1 0 0",
                        "null 0 0 1 0",
                        "revision-mismatch 1 0 0 0",
                        "unknown-revision 1 0 0 0",
                        "injection-label 0 1 0 0",
                        "mtls-downgrade 0 1 0 0");
        assertThat(rows(report, "byUsergroup", "usergroup", "denied", "warned", "errors"))
                .startsWith("usergroup-1 5 1 0", "usergroup-2 1 1 0", "null 0 0 1");
        assertThat(rows(report, "byHour", "hour", "denied", "warned", "errors"))
                .containsExactly(
                        "2026-11-27T08:00:00Z 3 0 0",
                        "2026-11-27T09:00:00Z 3 0 0",
                        "2026-11-27T10:00:00Z 0 2 0",
                        "2026-11-27T11:00:00Z 1 1 1");
    }

    @Test
    void listsExemptionsAndExceptionsThatWereUsed() throws Exception {
        JsonNode report = json(Invocation.of("log", "-o", "json", LOG));
        assertThat(rows(report, "exemptions", "user", "rule", "usergroup", "namespace", "uses"))
                .containsExactly("migration membership-not-permitted usergroup-1 moved 1");
        assertThat(rows(report, "exceptions", "rule", "kind", "namespace", "name", "field", "until", "ticket", "uses"))
                .containsExactly("mtls-downgrade PeerAuthentication app-ns-1 webhook spec.portLevelMtls[8443].mode"
                        + " 2027-01-31T00:00:00Z MESH-12 1");
    }

    /** A dry run, a denial and the mutating webhook change nothing. */
    @Test
    void listsWhoJoinedWhatAndWhen() throws Exception {
        JsonNode report = json(Invocation.of("log", "-o", "json", LOG));
        assertThat(rows(
                        report,
                        "membership",
                        "namespace",
                        "change",
                        "usergroupBefore",
                        "usergroupAfter",
                        "revisionBefore",
                        "revisionAfter",
                        "user"))
                .startsWith(
                        "payments joined null usergroup-1 null usergroup-1 alice",
                        "shop joined null usergroup-2 null usergroup-2 bob",
                        "payments changed revision usergroup-1 usergroup-1 usergroup-1 usergroup-1-canary alice",
                        "app-ns-3 moved usergroup-2 usergroup-1 usergroup-2 usergroup-1 admin",
                        "shop left usergroup-2 null usergroup-2 null bob",
                        "payments deleted usergroup-1 null usergroup-1-canary null alice",
                        "cart joined null usergroup-2 null usergroup-2 bob",
                        "moved joined null usergroup-1 null usergroup-1 migration")
                .hasSize(9);
        assertThat(report.at("/membership/0/time").asText()).isEqualTo("2026-11-27T06:22:00.123456Z");
    }

    private static List<String> rows(JsonNode report, String section, String... columns) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : report.path(section)) {
            assertThat(row.fieldNames()).toIterable().contains(columns);
            rows.add(Stream.of(columns).map(column -> row.path(column).asText()).collect(Collectors.joining(" ")));
        }
        return rows;
    }

    @Test
    void theTableIsForPeople() {
        Invocation invocation = Invocation.of("log", LOG);
        assertThat(invocation.exitCode()).isZero();
        assertThat(invocation.err()).isEmpty();
        assertThat(invocation.out().replaceAll("\\s+", " "))
                .contains(
                        "21 decisions from 2026-11-27T06:05:00Z to 2026-11-27T11:45:00Z: 8 allowed, 3 warned, 1 mutated,"
                                + " 1 exempted, 7 denied, 1 error (2 of them dry runs).",
                        "USER DENIED WARNED ERRORS DRY RUNS LAST alice 3 1 1 0 2026-11-27T11:11:00Z",
                        "TIME NAMESPACE CHANGE USERGROUP BEFORE USERGROUP AFTER REVISION BEFORE REVISION AFTER USER"
                                + " 2026-11-27T06:22:00Z payments joined - usergroup-1 - usergroup-1 alice");
    }

    @Test
    void theTableSaysWhatThereIsNotAndWhatItLeavesOut() throws Exception {
        assertThat(Invocation.reading("", "log").lines())
                .containsExactly(
                        "0 decisions.",
                        "",
                        "No denial, error or warning.",
                        "",
                        "No exemption was used.",
                        "",
                        "No exception was used.",
                        "",
                        "No namespace changed its usergroup or revision.");
        String joined = recorded().get(1);
        String denied = recorded().get(8);
        String many = IntStream.range(0, 30)
                .mapToObj(i -> joined.replace("payments", "ns-" + i).replace("T06:", "T%02d:".formatted(i % 20)) + "\n"
                        + denied.replace("mallory", "user-" + i) + "\n")
                .collect(Collectors.joining());
        Invocation some = Invocation.reading(many, "log", "-");
        assertThat(some.lines()).contains("and 10 more (-v shows all)", "(10 earlier; -v shows all)");
        assertThat(some.lines().stream().filter(line -> line.startsWith("user-")))
                .hasSize(20);
        Invocation all = Invocation.reading(many, "log", "-v", "-");
        assertThat(all.out()).doesNotContain("-v shows all");
        assertThat(all.lines().stream().filter(line -> line.startsWith("user-")))
                .hasSize(30);
    }

    @Test
    void namesCannotHarmATerminalOrASpreadsheet() throws Exception {
        assertThat(recorded().toString()).contains("\\u001B[31m", "\\u202E", "=HYPERLINK", "-1+1", "@SUM");
        for (String format : List.of("table", "json", "csv")) {
            assertThat(Invocation.of("log", "-o", format, LOG).out()).matches("[ -~\\n]+");
        }
        List<String> lines = Invocation.of("log", "-o", "csv", LOG).lines();
        assertThat(lines.getFirst()).startsWith("section,user,rule,usergroup,hour,");
        long columns = lines.getFirst().chars().filter(c -> c == ',').count() + 1;
        assertThat(lines).hasSizeGreaterThan(25).allSatisfy(line -> {
            List<String> cells = CELLS.matcher(line)
                    .results()
                    .map(cell -> cell.group().replaceFirst(",$", ""))
                    .limit(columns)
                    .toList();
            assertThat(String.join(",", cells)).isEqualTo(line);
            assertThat(cells)
                    .hasSize((int) columns)
                    .allSatisfy(cell -> assertThat(cell).doesNotMatch("\"? *[=+@-].*"));
        });
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""));
    }

    @ParameterizedTest
    @CsvSource({
        "--user alice, 10",
        "--user alice --user bob, 14",
        "--rule foreign-host, 3",
        "--rule foreign-host --rule injection-label --user bob, 2",
        "--usergroup usergroup-1, 14",
        "-n app-ns-3, 2",
        "--namespace payments --decision allowed, 3",
        "--decision denied --decision error, 8",
        "--since 2026-11-27T11:28:00Z, 2",
        "--since 2026-11-27T12:45:00.123456+01:00, 1",
        "--until 2026-11-27T06:05:00.123456Z, 0",
        "--until 2026-11-27T06:05:01Z, 1",
        "--since 2026-11-27 --until 2026-11-28, 21",
        "--since 2026-11-28, 0"
    })
    void filters(String options, int selected) throws Exception {
        List<Object> arguments = new ArrayList<>(List.of("log", "-o", "json"));
        arguments.addAll(List.of(options.split(" ")));
        arguments.add(LOG);
        JsonNode report = json(Invocation.of(arguments.toArray()));
        assertThat(report.at("/decisions/selected").asInt(-1)).isEqualTo(selected);
        assertThat(report.at("/lines/decisions").asInt()).isEqualTo(21);
    }

    @Test
    void aTimeMayBeHowLongAgo() throws Exception {
        Instant now = InstantSource.system().instant();
        String log = Stream.of(Duration.ofMinutes(10), Duration.ofHours(30))
                .map(ago -> line(now.minus(ago)) + "\n")
                .collect(Collectors.joining());
        for (Map.Entry<String, Integer> since :
                Map.of("5m", 0, "1200s", 1, "29h", 1, "2d", 2).entrySet()) {
            assertThat(json(Invocation.reading(log, "log", "-o", "json", "--since", since.getKey(), "-"))
                            .at("/decisions/selected")
                            .asInt(-1))
                    .as(since.getKey())
                    .isEqualTo(since.getValue());
        }
    }

    private static String line(Instant time) {
        try {
            return ((ObjectNode) JSON.readTree(recorded().getFirst()))
                    .put("time", time.toString())
                    .toString();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static List<Arguments> wrappers() {
        String time = "2026-11-27T06:28:38.409927123Z";
        return List.of(
                wrapper("CRI", line -> time + " stdout F " + line),
                wrapper("CRI with an offset", line -> "2026-11-27T06:28:38.409927123+01:00 stdout F " + line),
                wrapper(
                        "CRI, split",
                        line -> time + " stdout P " + line.substring(0, 40) + "\n" + time
                                + " stderr P a message\n" + time + " stderr F of two parts\n" + time + " stdout P "
                                + line.substring(40, 50) + "\n" + time + " stdout F " + line.substring(50)),
                wrapper("Docker", line -> docker(line + "\n")),
                wrapper(
                        "Docker, split",
                        line -> docker(line.substring(0, 40)) + "\n"
                                + docker(line.substring(40, line.indexOf('}') + 1)) + "\n"
                                + docker(line.substring(line.indexOf('}') + 1) + "\n")),
                wrapper("Docker's entries passed on", LogCommandTest::docker),
                wrapper("kubectl logs --prefix", line -> "[pod/marchwarden-7d9f-x2x/marchwarden] " + line),
                wrapper("kubectl logs --timestamps", line -> time + " " + line),
                wrapper("both", line -> "[pod/marchwarden-7d9f-x2x/marchwarden] " + time + " " + line),
                wrapper("lines of Windows", line -> line + "\r"),
                wrapper("with others between", line -> "\nNOTE: Picked up JDK_JAVA_OPTIONS\n{}\n[]\n" + line));
    }

    private static Arguments wrapper(String name, Function<String, String> wrapper) {
        return Arguments.of(name, wrapper);
    }

    private static String docker(String text) {
        return JSON.createObjectNode()
                .put("log", text)
                .put("stream", "stdout")
                .put("time", "2026-11-27T06:28:38.409927123Z")
                .toString();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrappers")
    void takesOffWhatRuntimesPutAround(String name, Function<String, String> wrapper) throws Exception {
        String log = recorded().stream().map(wrapper).collect(Collectors.joining("\n"));
        ObjectNode report = (ObjectNode) reading(log, 0);
        assertThat(report.at("/lines/unreadable").asInt(-1)).isZero();
        report.remove("lines");
        ObjectNode plain = (ObjectNode) json(Invocation.of("log", "-o", "json", LOG));
        plain.remove("lines");
        assertThat(report).isEqualTo(plain);
    }

    @Test
    void whatOnlyQuotesADecisionIsNone() throws Exception {
        String line = recorded().get(8);
        String log = String.join(
                "\n",
                "2026-11-27T06:28:38.409927123Z stderr F " + line,
                docker(line + "\n").replace("stdout", "stderr"),
                "2026-11-27T06:28:38.409Z INFO  Service: a message with " + line,
                "x" + line,
                JSON.createObjectNode()
                        .put("time", "2026-11-27T06:28:38Z")
                        .put("level", "ERROR")
                        .put("message", line)
                        .toString(),
                "{\"time\":\"2026-11-27T06:28:38Z\",\"level\":\"ERROR\",\"mess",
                "{\"decision\":\"denied\"}",
                "{not json",
                "",
                "text");
        Invocation invocation = Invocation.reading(log, "log", "-");
        assertThat(invocation.exitCode()).isEqualTo(1);
        assertThat(invocation.lines())
                .startsWith("0 decisions.")
                .contains(
                        "No line is a decision (expected: what `marchwarden serve` writes to standard output), so this report",
                        "says nothing about what was denied.")
                .endsWith("Skipped 10 lines that are no decisions.");
        assertThat(Invocation.reading(log + "\n" + recorded().get(8), "log", "-")
                        .exitCode())
                .isZero();
    }

    static List<String> damaged() throws Exception {
        String line = recorded().get(8);
        return List.of(
                line.substring(0, 45),
                line.substring(0, line.length() - 1),
                docker(line + "\n").substring(0, 100),
                "2026-11-27T06:28:38.409927123Z stdout P " + line.substring(0, 60),
                line + "}",
                line.replace("\"denied\"", "\"permitted\""),
                line.replace("\"decision\":\"denied\"", "\"decision\":\"denied\",\"decision\":\"allowed\""),
                line.replace("\"user\":", "\"usr\":"),
                line.replace("\"name\":\"intruder\"", "\"name\":7"),
                line.replace("\"enforcement\":[\"deny\"]", "\"enforcement\":[]"),
                line.replace("\"time\":\"2026-11", "\"time\":\"2026-13"),
                line.replace("\"dryRun\":false", "\"dryRun\":\"false\""),
                line.replace("intruder", "i".repeat(2 << 20)));
    }

    @ParameterizedTest
    @MethodSource("damaged")
    void aDecisionThatCannotBeReadIsCountedAndSaid(String damaged) throws Exception {
        String whole = recorded().get(1);
        assertThat(recorded()).doesNotContain(damaged);
        String log = whole + "\n" + damaged + "\n";
        JsonNode report = reading(log, 1);
        assertThat(report.at("/lines/unreadable").asInt()).isOne();
        assertThat(report.at("/decisions/selected").asInt()).isOne();
        assertThat(Invocation.reading(log, "log", "-").out())
                .contains("1 line begins as a decision and cannot be read");
        assertThat(Invocation.reading(log, "log", "-o", "csv", "-").errors())
                .anySatisfy(line -> assertThat(line).startsWith("marchwarden: 1 line begins as a decision"));
    }

    /** Of a later release, and of an earlier one. */
    @Test
    void fieldsMayBeAddedAndMissing() throws Exception {
        ObjectNode line = (ObjectNode) JSON.readTree(recorded().get(1));
        line.put("later", 1).remove("revision");
        JsonNode report = reading(line.toString(), 0);
        assertThat(rows(report, "membership", "namespace", "change", "usergroupAfter", "revisionAfter"))
                .containsExactly("payments joined usergroup-1 null");
    }

    @Test
    void severalLogsAreOne() throws Exception {
        Path first = Files.write(directory.resolve("a"), recorded().subList(0, 10));
        Path second = Files.write(directory.resolve("b"), recorded().subList(10, 21));
        assertThat(Invocation.of("log", "-o", "json", second, first).out())
                .isEqualTo(Invocation.of("log", "-o", "json", LOG).out());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--since yesterday|is no time",
                "--until 2026-11-27T06:00:00|is no time",
                "--since 2026-11-28 --until 2026-11-27|is not before --until",
                "--rule foreign-hosts|did you mean foreign-host?",
                "--decision deny|expected: allowed, warned, mutated, exempted, denied, error",
                "-o yaml|table, json, csv",
                "no/such/file|no/such/file cannot be read",
                "test-fixtures/log|is a directory"
            })
    void whatIsWrongIsSaidInOneLine(String wrong) {
        String[] parts = wrong.split("\\|");
        List<Object> arguments = new ArrayList<>(List.of("log"));
        arguments.addAll(List.of(parts[0].split(" ")));
        arguments.add(LOG);
        Invocation invocation = Invocation.of(arguments.toArray());
        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.out()).isEmpty();
        assertThat(invocation.errors().getFirst()).startsWith("marchwarden: ").contains(parts[1]);
    }

    /** Users choose names. */
    @Test
    void theNumberOfGroupsIsBounded() throws Exception {
        String denied = recorded().get(8);
        int users = 6_000;
        String log = IntStream.range(0, users)
                .mapToObj(i -> denied.replace("mallory", "user-" + i))
                .collect(Collectors.joining("\n"));
        JsonNode report = reading(log, 0);
        assertThat(report.path("byUser")).hasSize(5_000);
        assertThat(report.at("/others/byUser").asInt()).isEqualTo(1_000);
        assertThat(report.at("/others/byRule").asInt(-1)).isZero();
        assertThat(rows(report, "byRule", "rule", "denied")).containsExactly("membership-not-permitted 6000");
        assertThat(Invocation.reading(log, "log", "-").out().replaceAll("\\s+", " "))
                .contains("byUser: 1000 more are in no row, because a report has at most 5000 rows of a kind.");
    }

    @Test
    void theRecordedLogIsAsTheSchemaSays() throws Exception {
        JsonSchema schema = JsonSchemaFactory.getInstance(VersionFlag.V202012)
                .getSchema(Objects.requireNonNull(DecisionLine.class.getResourceAsStream("decision-log.schema.json")));
        for (String line : recorded()) {
            assertThat(schema.validate(JSON.readTree(line))).as(line).isEmpty();
        }
    }

    /** What is written today is read today. */
    @Test
    void everyDecisionOnARecordedReviewIsRead() throws Exception {
        Tenancy tenancy = InputFiles.tenancy(RecordedReview.TENANCY);
        Policy policy = new Policy(tenancy);
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                InputFiles.manifests(List.of(RecordedReview.NAMESPACES)), tenancy.usergroupLabel());
        Admission admission = new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
        Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
        StringBuilder log = new StringBuilder();
        for (RecordedReview review : RecordedReview.all()) {
            for (Webhook webhook : Webhook.values()) {
                Outcome outcome = admission
                        .decide(webhook, review.body())
                        .toCompletableFuture()
                        .join();
                verdicts.merge(outcome.verdict(), 1, Integer::sum);
                log.append(DecisionLine.of(outcome, Instant.EPOCH, 1)).append('\n');
            }
        }
        assertThat(verdicts).containsKeys(Verdict.ALLOWED, Verdict.DENIED, Verdict.MUTATED);
        JsonNode report = reading(log.toString(), 0);
        assertThat(report.at("/lines/skipped").asInt(-1)).isZero();
        for (Verdict verdict : Verdict.values()) {
            assertThat(report.path("decisions").path(verdict.spelling()).asInt(-1))
                    .isEqualTo(verdicts.getOrDefault(verdict, 0));
        }
    }
}
