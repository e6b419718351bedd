package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.marchwarden.server.RecordedReview;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ALLOWED = review("tenancy/035");
    private static final Path DENIED = review("tenancy/036");
    private static final Path NOT_ALICES = review("tenancy/040");

    @TempDir
    private Path directory;

    private static Path review(String start) {
        return RecordedReview.all().stream()
                .filter(review -> review.file().startsWith(start))
                .findFirst()
                .orElseThrow()
                .path();
    }

    private static Invocation review(List<?> more) {
        List<Object> all = new ArrayList<>(
                List.of("review", "--config", RecordedReview.TENANCY, "--namespaces", RecordedReview.NAMESPACES));
        all.addAll(more);
        return Invocation.of(all.toArray());
    }

    @Test
    void exitCodesTellTheWorst() throws Exception {
        Path broken = Files.writeString(directory.resolve("broken.json"), "{");
        assertThat(review(List.of(ALLOWED)).exitCode()).isZero();
        assertThat(review(List.of(ALLOWED, DENIED, ALLOWED)).exitCode()).isOne();
        Invocation error = review(List.of(DENIED, broken, ALLOWED));
        assertThat(error.exitCode()).isEqualTo(2);
        assertThat(error.lines()).hasSize(2);
        assertThat(error.errors())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("marchwarden: " + broken + ": "));
    }

    @Test
    void printsOneAnswerAFileInTheOrderGiven() throws Exception {
        List<RecordedReview> all = RecordedReview.all();
        Invocation invocation =
                review(all.reversed().stream().map(RecordedReview::path).toList());
        assertThat(invocation.exitCode()).isOne();
        assertThat(invocation.err()).isEmpty();
        assertThat(invocation.lines()).hasSize(all.size());
        for (int i = 0; i < all.size(); i++) {
            RecordedReview review = all.reversed().get(i);
            JsonNode answer = JSON.readTree(invocation.lines().get(i));
            assertThat(answer.path("kind").asText()).isEqualTo("AdmissionReview");
            assertThat(answer.at("/response/uid"))
                    .as(review.file())
                    .isEqualTo(JSON.readTree(review.body()).at("/request/uid"));
            assertThat(answer.at("/response/auditAnnotations/decision").asText())
                    .as(review.file())
                    .isEqualTo(review.validate().decision());
        }
    }

    @Test
    void directoriesAreReadByName() throws Exception {
        Path within = Files.createDirectories(directory.resolve("reviews/more"));
        Files.copy(DENIED, within.resolve("1.json"));
        Files.copy(ALLOWED, within.resolveSibling("z.json"));
        Files.writeString(within.resolve("notes.txt"), "no review");
        Invocation invocation = review(List.of(within.getParent()));
        assertThat(invocation.exitCode()).isOne();
        assertThat(invocation.lines()).hasSize(2);
        assertThat(invocation.lines().getFirst()).contains("\"allowed\":false");
        assertThat(invocation.lines().getLast()).contains("\"allowed\":true");
    }

    @Test
    void aDirectoryWithoutReviewsIsSaid() {
        Invocation invocation = review(List.of(directory));
        assertThat(invocation.exitCode()).isEqualTo(2);
        assertThat(invocation.errors())
                .containsExactly(
                        "marchwarden: " + directory + " has no *.json file (expected: AdmissionReviews, one a file)");
    }

    @Test
    void decidesAsSomebodyElse() {
        assertThat(review(List.of(NOT_ALICES)).exitCode()).isOne();
        assertThat(review(List.of("--as", "root", "--as-group", "system:masters", NOT_ALICES))
                        .exitCode())
                .isZero();
        assertThat(review(List.of("--as", "bob", "--as-group", "team-1", "--as-group", "team-2", NOT_ALICES))
                        .exitCode())
                .isZero();
        assertThat(review(List.of("--as", "bob", NOT_ALICES)).exitCode()).isOne();
    }

    @Test
    void readsStandardInput() throws Exception {
        Invocation invocation = Invocation.reading(
                Files.readString(DENIED),
                "review",
                "--config",
                RecordedReview.TENANCY,
                "--namespaces",
                RecordedReview.NAMESPACES,
                "-");
        assertThat(invocation.exitCode()).isOne();
        assertThat(invocation.lines()).hasSize(1);
    }

    @Test
    void answersAsTheMutatingWebhook() {
        Invocation invocation = review(List.of("--webhook", "mutate", review("tenancy/037")));
        assertThat(invocation.exitCode()).isZero();
        assertThat(invocation.out()).contains("\"patchType\":\"JSONPatch\"");
    }
}
