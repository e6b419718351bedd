package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where host names lead, by {@code test-fixtures/policy/hosts.table}. */
class HostTargetTest {
    private static final Path TABLE = NamespaceTable.ROOT.resolve("hosts.table");

    /**
     * One line.
     *
     * @param reading destination or literal
     */
    record Row(int line, String domain, String host, String reading, String expected, String why) {
        HostTarget read(String instead) {
            HostTarget.Reader reader = reader(domain);
            return reading.equals("destination") ? reader.destination(instead) : reader.literal(instead);
        }

        @Override
        public String toString() {
            return "hosts.table:" + line + " " + reading + " " + host + ": " + expected;
        }
    }

    static HostTarget.Reader reader(String domain) {
        Map<String, NamespaceState> states = Stream.of("red-app", "blue-app", "prod", "dev", "7", "loose")
                .collect(Collectors.toMap(name -> name, name -> new NamespaceState(name, Map.of(), false)));
        return new HostTarget.Reader("red-app", domain, new NamespaceTable.Cluster(states, "usergroup"));
    }

    static List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        String domain = "cluster.local";
        int number = 0;
        for (String line : Files.readAllLines(TABLE)) {
            number++;
            if (line.startsWith("domain ")) {
                domain = line.substring("domain ".length());
            } else if (!line.isBlank() && !line.startsWith("#")) {
                String[] cells = line.split("\\|", -1);
                String host = unescaped(cells[0].strip());
                String why = cells.length > 3 ? cells[3].strip() : "";
                for (String reading : cells[1].strip().split(" ")) {
                    rows.add(new Row(number, domain, host, reading, cells[2].strip(), why));
                }
            }
        }
        return rows;
    }

    /** {@code ""} is nothing, {@code ·} a blank, {@code ¦} a bar; {@code {U+3002}} a character by its number; {@code {x*300}} so many. */
    private static String unescaped(String cell) {
        StringBuilder host = new StringBuilder();
        String text = cell.equals("\"\"") ? "" : cell.replace('·', ' ').replace('¦', '|');
        for (String part : text.splitWithDelimiters("\\{[^}]*}", -1)) {
            if (part.startsWith("{U+")) {
                host.appendCodePoint(Integer.parseInt(part, 3, part.length() - 1, 16));
            } else if (part.startsWith("{")) {
                int star = part.lastIndexOf('*');
                host.repeat(part.substring(1, star), Integer.parseInt(part, star + 1, part.length() - 1, 10));
            } else {
                host.append(part);
            }
        }
        return host.toString();
    }

    private static String shown(HostTarget target) {
        return switch (target) {
            case HostTarget.InNamespace there -> "in " + there.namespace();
            case HostTarget.External outside -> "external " + outside.name();
            case HostTarget.Address address -> "address " + address.range();
            case HostTarget.Across across -> "across";
            case HostTarget.Nowhere nowhere -> "nowhere";
            case HostTarget.Unclear unclear -> "unclear";
        };
    }

    @ParameterizedTest
    @MethodSource("rows")
    void leads(Row row) {
        String expected = row.expected.equals("external") ? "external " + row.host : row.expected;
        assertThat(shown(row.read(row.host))).as(row.why).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void inCapitalsAndWithLastDotsTheSame(Row row) {
        HostTarget target = row.read(row.host);
        assertThat(row.read(HostOracle.inCapitals(row.host))).isEqualTo(target);
        assertThat(row.read(row.host + ".")).isEqualTo(target);
        assertThat(row.read(row.host + "...")).isEqualTo(target);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void agreesWithTheOracle(Row row) {
        HostOracle.check(row.host, row.domain);
    }

    @Test
    void randomHostsAgreeWithTheOracle() {
        HostOracle.Random random = new HostOracle.Random(20261122);
        for (int i = 0; i < 10_000; i++) {
            String host = random.host();
            HostOracle.check(host, i % 3 == 0 ? "corp.example" : "cluster.local");
        }
    }

    /** The longest text that a field may have, made of what patterns stumble over: seconds are far more than enough. */
    @Test
    @Timeout(20)
    void longTextsAreReadInAStep() {
        for (String part :
                List.of("a", ".", "*", ":", "a.", "_.", "outbound_._.", "outbound_.", "1.", "1:", "*.", "[", "%")) {
            String host = part.repeat((16 << 10) / part.length());
            HostOracle.check(host, "cluster.local");
            HostOracle.check("outbound_." + host, "cluster.local");
        }
    }
}
