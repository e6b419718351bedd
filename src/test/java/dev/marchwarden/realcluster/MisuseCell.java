package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.misuse.Row;
import dev.marchwarden.policy.User;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One request of the misuse matrix.
 *
 * @param answers the row that says what must become of it
 * @param column of that row
 */
record MisuseCell(Row row, Row answers, char verb, String column, User user) {
    private static final Set<String> GUARDED = MeshLabels.guarded("usergroup");

    /** Empty if it is answered as it must be; else what is wrong. */
    String play(Kubectl admin) throws Exception {
        NamespaceReview review = row.review(verb, user);
        Kubectl kubectl = admin.as(user.name(), user.groups());
        String path = "/api/v1/namespaces" + (verb == 'C' ? "" : "/" + row.namespace())
                + (review.subresource().isEmpty() ? "" : "/" + review.subresource()) + "?dryRun=All";
        String body = String.valueOf(review.object());
        KubectlAnswer answer = KubectlAnswer.of(
                verb == 'D'
                        ? kubectl.run("delete", "--raw", path)
                        : kubectl.reading(body, List.of(verb == 'C' ? "create" : "replace", "--raw", path, "-f", "-")));
        String expected = answers.expected(column);
        boolean silent = expected.equals("exempted") || passesUnseen(review);
        Set<String> warned = silent ? Set.of() : new TreeSet<>(row.standing());
        String decision = silent || !expected.startsWith("denied") ? "allowed" : expected;
        String actual = Row.answer(answer.decision(), List.copyOf(answer.rules()));
        return decision.equals(actual.equals("failed") && wouldBeTwice(answer) ? "allowed" : actual)
                        && warned.equals(answer.warned())
                ? ""
                : "%s by %s: %s instead of %s %s".formatted(verb, column, answer.text(), decision, warned);
    }

    /** Whether the name is taken is looked at after all who may object have been asked. */
    private boolean wouldBeTwice(KubectlAnswer answer) {
        return verb == 'C' && answer.text().contains("already exists");
    }

    /** What the system writes without touching a guarded label does not reach us. */
    private boolean passesUnseen(NamespaceReview review) {
        return review.operation().equals("UPDATE")
                && user.name().startsWith("system:")
                && GUARDED.stream()
                        .allMatch(label ->
                                Objects.equals(label(review.object(), label), label(review.oldObject(), label)));
    }

    private static String label(@Nullable ObjectNode namespace, String key) {
        return namespace == null
                ? ""
                : namespace.path("metadata").path("labels").path(key).asText("absent");
    }
}
