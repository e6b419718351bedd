package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.tools.ToolRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A line of a scenario: who, what kubectl is told, and what must come of it.
 *
 * @param user name, then groups; empty for the cluster admin
 * @param command words for kubectl; {@code @FILE} is one of the directory of manifests
 * @param verdict as explained in test-fixtures/cluster/README.md
 */
record Step(List<String> user, List<String> command, List<String> verdict) {
    private static final Path MANIFESTS =
            Path.of("test-fixtures", "cluster", "manifests").toAbsolutePath();
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    static Step of(String line) {
        List<String> cells =
                Arrays.stream(line.split(" \\| ", -1)).map(String::strip).toList();
        if (cells.size() != 3) {
            throw new IllegalArgumentException("not WHO | COMMAND | VERDICT: " + line);
        }
        return new Step(
                cells.get(0).equals("-") ? List.of() : words(cells.get(0)), words(cells.get(1)), words(cells.get(2)));
    }

    /** Words between blanks, or what is between two single quotes. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            String quoted = matcher.group(1);
            words.add(quoted == null ? matcher.group() : quoted);
        }
        return words;
    }

    void play(Kubectl admin) throws Exception {
        Kubectl kubectl = user.isEmpty() ? admin : admin.as(user.getFirst(), user.subList(1, user.size()));
        ToolRun run = kubectl.run(command.stream()
                .map(word -> word.startsWith("@")
                        ? MANIFESTS.resolve(word.substring(1)).toString()
                        : word)
                .toArray(String[]::new));
        KubectlAnswer answer = KubectlAnswer.of(run);
        List<String> more = verdict.subList(1, verdict.size());
        switch (verdict.getFirst()) {
            case "allowed" -> require(answer, "allowed", Set.of(), Set.of());
            case "warned" -> require(answer, "allowed", Set.of(), new TreeSet<>(more));
            case "denied" -> require(answer, "denied", new TreeSet<>(more), Set.of());
            case "prints" -> {
                assertThat(answer.decision()).as(answer.text()).isEqualTo("allowed");
                assertThat(run.out()).contains(String.join(" ", more));
            }
            case "fails", "undecided" -> {
                assertThat(answer.decision())
                        .as(answer.text())
                        .isEqualTo(verdict.getFirst().equals("fails") ? "failed" : "undecided");
                assertThat(run.err()).contains(String.join(" ", more));
            }
            default -> throw new IllegalArgumentException("no verdict: " + verdict);
        }
    }

    private static void require(KubectlAnswer answer, String decision, Set<String> rules, Set<String> warned) {
        assertThat(List.of(answer.decision(), answer.rules(), answer.warned()))
                .as(answer.text())
                .isEqualTo(List.of(decision, rules, warned));
    }

    @Override
    public String toString() {
        return (user.isEmpty() ? "" : user.getFirst() + ": ") + String.join(" ", command) + " => "
                + String.join(" ", verdict);
    }
}
