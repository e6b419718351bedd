package dev.marchwarden.cluster;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Requirement.Verb;
import dev.marchwarden.policy.Rights.Answer;
import dev.marchwarden.policy.User;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import dev.marchwarden.standin.store.Json;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking the cluster's RBAC for what the tenancy did not grant. */
class AccessReviewsTest {
    private static final User ANN =
            new User("ann", List.of("team", "system:authenticated"), "u-1", Map.of("scopes", List.of("x", "y")));
    private static final Requirement USE_RED = new Requirement(Verb.USE, "red");
    private static final Requirement RUN_RED = new Requirement(Verb.ADMINISTER, "red");

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private final AtomicLong now = new AtomicLong(TimeUnit.HOURS.toNanos(1));
    private ApiServer server;
    private AccessReviews rights;

    @BeforeEach
    void open() throws Exception {
        server = new ApiServer(
                ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve("kubeconfig"), "marchwarden")));
        rights = new AccessReviews(server, Duration.ofSeconds(1), now::get);
    }

    @AfterEach
    void close() {
        server.close();
        api.close();
    }

    private Answer ask(User user, Requirement... asked) throws Exception {
        return rights.granted(user, Set.of(asked)).toCompletableFuture().get(5, TimeUnit.SECONDS);
    }

    @Test
    void tellsTheAuthorizerAllOfTheUserAndTakesItsWord() throws Exception {
        api.permit(spec -> spec.at("/resourceAttributes/verb").asText().equals("use"));
        assertThat(ask(ANN, USE_RED, RUN_RED)).isEqualTo(new Answer(Set.of(USE_RED), null));
        assertThat(api.accessReviews())
                .filteredOn(spec -> spec.at("/resourceAttributes/verb").asText().equals("use"))
                .containsExactly(Json.parse("""
                        {"resourceAttributes":{"group":"marchwarden.dev","resource":"usergroups","name":"red","verb":"use"},
                         "user":"ann","uid":"u-1","groups":["team","system:authenticated"],"extra":{"scopes":["x","y"]}}"""));
        assertThat(api.accessReviews()).hasSize(2);
    }

    @Test
    void anAnswerHoldsForSeconds() throws Exception {
        api.permit(spec -> true);
        assertThat(ask(ANN, USE_RED).granted()).containsExactly(USE_RED);
        api.permit(spec -> false);
        now.addAndGet(TimeUnit.SECONDS.toNanos(4));
        assertThat(ask(ANN, USE_RED).granted()).containsExactly(USE_RED);
        assertThat(api.accessReviews()).hasSize(1);
        now.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(ask(ANN, USE_RED)).isEqualTo(Answer.NOTHING);
    }

    @Test
    void aQuestionThatWasAnsweredMakesRoomForAnother() throws Exception {
        api.permit(spec -> true);
        for (int i = 0; i < 100; i++) {
            Requirement other = new Requirement(Verb.USE, "red-" + i);
            assertThat(ask(ANN, other).granted()).containsExactly(other);
        }
    }

    @Test
    void anAnswerIsOnePersonsAndOneRights() throws Exception {
        api.permit(spec -> spec.path("user").asText().equals("ann")
                && spec.path("uid").asText().equals("u-1"));
        assertThat(ask(ANN, USE_RED).granted()).containsExactly(USE_RED);
        List<User> others = List.of(
                new User("bob", ANN.groups(), ANN.uid(), ANN.extra()),
                new User("ann", List.of("team", "system:authenticated", "more"), ANN.uid(), ANN.extra()),
                new User("ann", List.of("teamsystem:authenticated"), ANN.uid(), ANN.extra()),
                new User("ann", ANN.groups(), "u-2", ANN.extra()),
                new User("ann", ANN.groups(), ANN.uid(), Map.of()),
                new User("ann", ANN.groups(), ANN.uid(), Map.of("scopes", List.of("x,y"))));
        for (User other : others) {
            assertThat(ask(other, USE_RED).granted().isEmpty())
                    .as("%s", other)
                    .isEqualTo(!other.name().equals("ann") || !other.uid().equals("u-1"));
        }
        assertThat(ask(ANN, new Requirement(Verb.USE, "blue")).granted()).hasSize(1);
        assertThat(api.accessReviews()).as("each was asked").hasSize(2 + others.size());
    }

    @Test
    void thoseWhoAskTheSameAtOnceAreAskedOnce() throws Exception {
        api.permit(spec -> true);
        api.hold(Call.ACCESS_REVIEW);
        List<CompletableFuture<Answer>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(rights.granted(ANN, Set.of(USE_RED)).toCompletableFuture());
        }
        await("asked", () -> api.seen(Call.ACCESS_REVIEW) == 1);
        api.restore(Call.ACCESS_REVIEW);
        for (CompletableFuture<Answer> each : all) {
            assertThat(each.get().granted()).containsExactly(USE_RED);
        }
        assertThat(api.accessReviews()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 403, 429})
    void anErrorIsNoRightAndIsNotKept(int code) throws Exception {
        api.permit(spec -> true);
        api.fail(Call.ACCESS_REVIEW, code);
        assertThat(ask(ANN, USE_RED)).isEqualTo(new Answer(Set.of(), "the API server answers with HTTP " + code));
        api.restore(Call.ACCESS_REVIEW);
        assertThat(ask(ANN, USE_RED).granted()).containsExactly(USE_RED);
        assertThat(rights.failed()).isEqualTo(1);
    }

    @Test
    void noAnswerInTimeIsNoRight() throws Exception {
        api.permit(spec -> true);
        api.hold(Call.ACCESS_REVIEW);
        assertThat(ask(ANN, USE_RED)).isEqualTo(new Answer(Set.of(), "the API server does not answer in time"));
        api.restore(Call.ACCESS_REVIEW);
        await("recovers", () -> ask(ANN, USE_RED).granted().contains(USE_RED));
    }

    @Test
    void anApiServerThatIsAwayGrantsNothing() throws Exception {
        api.permit(spec -> true);
        api.goAway();
        assertThat(ask(ANN, USE_RED)).isEqualTo(new Answer(Set.of(), "the API server cannot be reached"));
        api.comeBack();
        assertThat(ask(ANN, USE_RED).granted()).containsExactly(USE_RED);
    }

    @Test
    void aConnectionThatWasClosedMeanwhileIsNoFailure() throws Exception {
        api.permit(spec -> true);
        assertThat(ask(ANN, USE_RED).granted()).containsExactly(USE_RED);
        api.goAway();
        api.comeBack();
        assertThat(ask(ANN, RUN_RED)).isEqualTo(new Answer(Set.of(RUN_RED), null));
    }

    @Test
    void deniedWinsOverAllowed() throws Exception {
        api.permit(spec -> true);
        api.denyAccess();
        assertThat(ask(ANN, USE_RED)).isEqualTo(Answer.NOTHING);
    }
}
