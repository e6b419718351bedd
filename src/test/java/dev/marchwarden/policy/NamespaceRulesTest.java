package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.policy.NamespaceTable.Row;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.tenancy.Enforcement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules about namespaces, by the tables of {@code test-fixtures/policy/namespaces}. */
class NamespaceRulesTest {
    private static final Pattern COMMAND = Pattern.compile("kubectl label namespace (\\S+) --overwrite ([^()]+)");

    static List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(NamespaceTable.ROOT.resolve("namespaces"))) {
            for (Path file : files.sorted().toList()) {
                rows.addAll(NamespaceTable.rows(file));
            }
        }
        return rows;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void decides(Row row) {
        assertThat(row.decision()).isEqualTo(row.expected());
    }

    /** The API server lets both subresources rewrite labels. */
    @ParameterizedTest
    @MethodSource("rows")
    void decidesTheSameOnSubresources(Row row) {
        if (row.change().operation() == Operation.UPDATE) {
            assertThat(row.decision(row.on("status"))).isEqualTo(row.expected());
            assertThat(row.decision(row.on("finalize"))).isEqualTo(row.expected());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void explainsInOnePrintableLine(Row row) {
        assertThat(row.policy().judge(row.change(), row.cluster()).findings())
                .allSatisfy(finding -> assertThat(finding.violation().explanation())
                        .startsWith(finding.violation().rule() + ": metadata.")
                        .matches("[ -~]+")
                        .contains(", expected ", ". Fix: ")
                        .hasSizeLessThan(1000));
    }

    /** Whoever types the command that a message offers is not told off for it. */
    @ParameterizedTest
    @MethodSource("rows")
    void offersCommandsThatPass(Row row) {
        NamespaceChange change = row.change();
        NamespaceState before = change.before();
        if (before == null) {
            return; // what is not there yet is fixed in its manifest
        }
        for (RuleFinding finding : row.policy().judge(change, row.cluster()).findings()) {
            Matcher command = COMMAND.matcher(finding.violation().fix());
            while (command.find()) {
                Map<String, String> labels = applied(command.group(2), before.labels());
                Map<String, String> completed = new TreeMap<>(labels);
                completed.putAll(row.policy().complete(byRoot(before, labels)));
                assertThat(row.policy()
                                .judge(byRoot(before, completed), row.cluster())
                                .decide(row.granted())
                                .at(Enforcement.DENY))
                        .as(command.group())
                        .isEmpty();
            }
        }
    }

    private static NamespaceChange byRoot(NamespaceState before, Map<String, String> labels) {
        NamespaceState after = new NamespaceState(before.name(), labels, before.terminating());
        return new NamespaceChange(Operation.UPDATE, before.name(), "", NamespaceTable.user("root"), before, after);
    }

    private static Map<String, String> applied(String arguments, Map<String, String> labels) {
        Map<String, String> applied = new TreeMap<>(labels);
        for (String argument : arguments.strip().split(" ")) {
            if (argument.endsWith("-")) {
                applied.remove(argument.substring(0, argument.length() - 1));
            } else {
                String[] keyAndValue = argument.split("=", 2);
                applied.put(keyAndValue[0], keyAndValue[1]);
            }
        }
        return applied;
    }

    @Test
    void everyRuleHasATableOfWhatItDeniesAndWhatPasses() throws Exception {
        for (NamespaceRule rule : NamespaceRules.ALL) {
            List<Row> rows = NamespaceTable.rows(
                    NamespaceTable.ROOT.resolve("namespaces").resolve(rule.name() + ".table"));
            assertThat(rows)
                    .extracting(Row::expected)
                    .contains("ALLOWED")
                    .anyMatch(expected -> expected.startsWith("DENIED " + rule.name()));
        }
    }
}
