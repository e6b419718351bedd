package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.misuse.MisuseMatrix;
import dev.marchwarden.misuse.Row;
import dev.marchwarden.policy.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The misuse matrix, each of its cells asked of the API server as a dry run on a namespace that is as the row says. */
class MisuseClusterIT {
    /** As many requests at once as there are likely processors. */
    private static final int AT_ONCE = 3;

    @RegisterExtension
    static final InstalledCluster BORDER =
            InstalledCluster.of("misuse", MisuseMatrix.DIRECTORY.resolve("tenancy.yaml"));

    private static NamespaceStates states;

    @BeforeAll
    static void settle() throws Exception {
        states = new NamespaceStates(BORDER.admin());
        BORDER.admin()
                .must(
                        "apply",
                        "-f",
                        MisuseMatrix.DIRECTORY
                                .resolve("namespaces.yaml")
                                .toAbsolutePath()
                                .toString());
    }

    @TestFactory
    Stream<DynamicTest> rows() throws Exception {
        Map<String, User> users = MisuseMatrix.users();
        users.values().removeIf(user -> user.name().isEmpty()); // an API server knows everybody's name
        List<Row> rows = MisuseMatrix.rows();
        Row join = rows.stream()
                .filter(row -> row.change().equals("join"))
                .findFirst()
                .orElseThrow();
        return rows.stream().map(row -> DynamicTest.dynamicTest(row.change(), () -> play(row, join, users)));
    }

    private static void play(Row row, Row join, Map<String, User> users) throws Exception {
        User anybody = users.values().iterator().next();
        try (AutoCloseable restored = states.during(row.review(row.verbs().charAt(0), anybody));
                ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<String>> wrong = new ArrayList<>();
            for (Map.Entry<String, User> user : users.entrySet()) {
                for (char verb : row.verbs().toCharArray()) {
                    MisuseCell cell = new MisuseCell(
                            row, completed(row, verb) ? join : row, verb, user.getKey(), user.getValue());
                    wrong.add(workers.submit(() -> cell.play(BORDER.admin())));
                }
            }
            List<String> said = new ArrayList<>();
            for (Future<String> each : wrong) {
                said.add(each.get());
            }
            assertThat(said)
                    .as("%s", restored)
                    .allSatisfy(each -> assertThat(each).isEmpty());
        }
    }

    /** Half a pair is no misuse where the mutating webhook is there to complete it: it is a way to join. */
    private static boolean completed(Row row, char verb) {
        return verb == 'C' && row.everybody().equals(List.of("unpaired-labels"));
    }
}
