package dev.marchwarden.misuse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.Answer;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.rules.NamespaceRules;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Everybody tries everything, as in Capsule's {@code e2e/config_namespace_hijacking_test.go}. What must become of it is decided in {@code
 * test-fixtures/misuse/matrix.csv}.
 */
class MisuseMatrixTest {
    @Test
    void everyCellIsAsDecided() throws Exception {
        Admission admission = admission();
        Map<String, User> users = MisuseMatrix.users();
        List<String> wrong = new ArrayList<>();
        StringBuilder matrix = new StringBuilder();
        int cells = 0;
        for (Row row : MisuseMatrix.rows()) {
            StringBuilder line = new StringBuilder("%-34s %-5s".formatted(row.change(), row.verbs()));
            for (Map.Entry<String, User> user : users.entrySet()) {
                String expected = row.expected(user.getKey());
                for (char verb : row.verbs().toCharArray()) {
                    Answer answer = Answer.to(row.review(verb, user.getValue()), Webhook.VALIDATE, admission);
                    String actual = Row.answer(answer.decision(), answer.rules());
                    cells++;
                    if (!actual.equals(expected)
                            || answer.warnings().size() != warnings(row, actual)
                            || answer.allowed() == actual.startsWith("denied")) {
                        wrong.add("%s, %s by %s: %s instead of %s"
                                .formatted(row.change(), verb, user.getKey(), answer, expected));
                    }
                }
                line.append(" %-11s".formatted(expected.split(" ")[0]));
            }
            matrix.append(line)
                    .append(' ')
                    .append(String.join(" ", row.everybody()))
                    .append('\n');
        }
        System.out.println("%-40s %s%n%s%d requests"
                .formatted(
                        "",
                        String.join(
                                " ",
                                users.keySet().stream().map("%-11s"::formatted).toList()),
                        matrix,
                        cells));
        assertThat(wrong).isEmpty();
    }

    /** Who is denied hears of the old mistakes too; who is exempt is told nothing. */
    private static int warnings(Row row, String actual) {
        return actual.equals("exempted") ? 0 : row.standing().size();
    }

    @Test
    void everyRuleIsBrokenSomewhere() throws Exception {
        List<String> broken = new ArrayList<>(List.of("membership-not-permitted"));
        MisuseMatrix.rows().forEach(row -> broken.addAll(row.everybody()));
        assertThat(broken)
                .containsAll(NamespaceRules.ALL.stream()
                        .map(rule -> rule.name().spelling())
                        .toList());
    }

    private static Admission admission() throws Exception {
        Policy policy = new Policy(TenancyFile.read(MisuseMatrix.DIRECTORY.resolve("tenancy.yaml")));
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                new ManifestReader(InputStream.nullInputStream())
                        .read(List.of(MisuseMatrix.DIRECTORY.resolve("namespaces.yaml"))),
                policy.tenancy().usergroupLabel());
        return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
    }
}
