package dev.marchwarden.cluster;

import static dev.marchwarden.standin.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.StandInApiServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is known of the cluster's namespaces, whatever its API server does. */
@Timeout(60)
class LiveClusterTest {
    static final Timing QUICK = new Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ZERO,
            Duration.ofMillis(5),
            Duration.ofMillis(50));
    private static final Map<String, String> RED = Map.of("usergroup", "red", "istio.io/rev", "red", "team", "a");
    private static final Map<String, String> BLUE = Map.of("usergroup", "blue", "istio.io/rev", "blue");

    @TempDir
    private Path directory;

    private final StandInApiServer api = StandInApiServer.start();
    private LiveCluster cluster;

    @BeforeEach
    void open() throws Exception {
        cluster = cluster(QUICK);
    }

    private LiveCluster cluster(Timing timing) throws Exception {
        return new LiveCluster(
                new BackgroundTasks(),
                new ApiServer(
                        ClusterConfig.ofKubeconfig(api.kubeconfig(directory.resolve("kubeconfig"), "marchwarden"))),
                "usergroup",
                timing);
    }

    @AfterEach
    void close() {
        cluster.close();
        api.close();
    }

    private void sync() throws Exception {
        cluster.start();
        await("synced and watching", () -> cluster.namespaces().isWatching() && api.openWatches() == 1);
    }

    private @Nullable NamespaceState known(String name) {
        return cluster.namespaces().get().find(name);
    }

    private void awaitKnown(String name) throws Exception {
        await(name + " is known", () -> known(name) != null);
    }

    @Test
    void nothingIsKnownBeforeTheFirstList() throws Exception {
        api.hold(Call.LIST);
        cluster.start();
        await("asked", () -> api.seen(Call.LIST) == 1);
        assertThat(cluster.namespaces().isSynced()).isFalse();
        assertThat(cluster.namespaces().detail()).isEqualTo("namespaces: not synced yet");
        assertThatThrownBy(() -> cluster.namespaces().get()).isInstanceOf(ClusterUnknownException.class);
        api.restore(Call.LIST);
        await("synced", () -> cluster.namespaces().isSynced());
        assertThat(cluster.namespaces().get().size()).isZero();
    }

    @Test
    void listsAndThenFollowsWhatHappens() throws Exception {
        api.put("web", RED);
        sync();
        assertThat(known("web"))
                .isEqualTo(new NamespaceState("web", Map.of("usergroup", "red", "istio.io/rev", "red"), false));
        assertThat(api.authorizations()).containsOnly("Bearer " + api.token("marchwarden"));

        Namespaces before = cluster.namespaces().get();
        api.put("shop", RED);
        awaitKnown("shop");
        assertThat(before.find("shop")).as("a snapshot stays as it was").isNull();
        assertThat(before.liveMembers("red", "red")).isEqualTo(1);
        assertThat(cluster.namespaces().get().liveMembers("red", "red")).isEqualTo(2);

        api.put("web", BLUE);
        await("moved", () -> cluster.namespaces().get().liveMembers("blue", "blue") == 1);
        api.terminate("web");
        await("terminating", () -> cluster.namespaces().get().liveMembers("blue", "blue") == 0);
        assertThat(known("web")).isEqualTo(new NamespaceState("web", BLUE, true));
        api.remove("web");
        await("gone", () -> known("web") == null);
        assertThat(cluster.namespaces().lists()).isEqualTo(1);
    }

    @Test
    void tenThousandComeInPages() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            api.put("namespace-" + i, i % 2 == 0 ? RED : BLUE);
        }
        sync();
        assertThat(cluster.namespaces().size()).isEqualTo(10_000);
        assertThat(cluster.namespaces().get().liveMembers("red", "namespace-0")).isEqualTo(4_999);
        assertThat(api.seen(Call.LIST)).isEqualTo(20);
    }

    @Test
    void aWatchThatIsCutGoesOnWhereItWas() throws Exception {
        sync();
        for (int i = 0; i < 20; i++) {
            api.cutWatches();
            api.put("namespace-" + i, RED);
            awaitKnown("namespace-" + i);
        }
        assertThat(cluster.namespaces().lists()).isEqualTo(1);
        assertThat(cluster.namespaces().get().liveMembers("red", "red")).isEqualTo(20);
    }

    @Test
    void aPlaceThatIsGoneIsListedAnew() throws Exception {
        api.put("old", RED);
        sync();
        api.fail(Call.WATCH, 500);
        api.cutWatches();
        await("no watch", () -> !cluster.namespaces().isWatching());
        api.remove("old");
        api.put("new", BLUE);
        api.compact(); // nobody will be told
        assertThat(known("old")).as("the last snapshot stays").isNotNull();
        api.restore(Call.WATCH);
        awaitKnown("new");
        assertThat(known("old")).isNull();
        assertThat(cluster.namespaces().lists()).isEqualTo(2);
        assertThat(cluster.namespaces().get().liveMembers("red", "red")).isZero();
    }

    @Test
    void anErrorInTheWatchAndOneInsteadOfItAreListedAnew() throws Exception {
        sync();
        api.expireWatches();
        await("listed again", () -> cluster.namespaces().lists() == 2);
        await("watched again", () -> api.openWatches() == 1);
        api.fail(Call.WATCH, 410);
        api.cutWatches();
        await("listed again", () -> cluster.namespaces().lists() >= 3);
        api.restore(Call.WATCH);
        api.put("after", RED);
        awaitKnown("after");
    }

    /** As an API server answers that has been started anew. */
    @Test
    void aPlaceThatIsGoneIsListedAnewAtOnceHoweverLongTheApiServerWasAway() throws Exception {
        cluster.close();
        cluster = cluster(new Timing(
                QUICK.answer(),
                QUICK.begin(),
                QUICK.silence(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(2),
                Duration.ofSeconds(60)));
        sync();
        api.fail(Call.WATCH, 500);
        api.cutWatches();
        await("a first try", () -> api.seen(Call.WATCH) >= 2);
        api.put("new", RED);
        api.compact();
        api.restore(Call.WATCH);
        await(
                "watches a third time",
                () -> api.seen(Call.WATCH) >= 3); // after 2 to 4 s; the next wait would be up to 8 s
        long begin = System.nanoTime();
        awaitKnown("new");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aListWhoseNextPageComesTooLateIsReadInOne() throws Exception {
        for (int i = 0; i < 1_200; i++) {
            api.put("namespace-" + i, RED);
        }
        api.hold(Call.LIST);
        cluster.start();
        await("the first page is asked for", () -> api.seen(Call.LIST) == 1);
        api.forgetPages(1);
        api.restore(Call.LIST);
        await("synced", () -> cluster.namespaces().isSynced());
        assertThat(cluster.namespaces().size()).isEqualTo(1_200);
        assertThat(api.seen(Call.LIST)).as("first page, gone, all in one").isEqualTo(3);
    }

    @Test
    void bookmarksKeepThePlaceAndTheWordFresh() throws Exception {
        sync();
        api.put("a", RED);
        awaitKnown("a");
        Duration before = cluster.namespaces().silence();
        await("time passes", () -> cluster.namespaces().silence().compareTo(before.plusMillis(50)) > 0);
        api.bookmark();
        await("heard", () -> cluster.namespaces().silence().toMillis() < 50);
        api.cutWatches();
        await("watching", () -> api.openWatches() == 1);
        assertThat(cluster.namespaces().lists()).isEqualTo(1);
    }

    @Test
    void aWatchThatIsSilentForTooLongIsTakenForDead() throws Exception {
        cluster.close();
        cluster = cluster(new Timing(
                QUICK.answer(),
                QUICK.begin(),
                Duration.ofMillis(100),
                QUICK.settled(),
                QUICK.firstRetry(),
                QUICK.lastRetry()));
        cluster.start();
        await("watched several times", () -> api.seen(Call.WATCH) >= 3);
        api.put("a", RED);
        awaitKnown("a");
        assertThat(cluster.namespaces().lists()).isEqualTo(1);
    }

    @Test
    void aWatchMayLastLongerThanItMayTakeToBegin() throws Exception {
        cluster.close();
        cluster = cluster(new Timing(
                QUICK.answer(),
                Duration.ofMillis(300),
                QUICK.silence(),
                QUICK.settled(),
                QUICK.firstRetry(),
                QUICK.lastRetry()));
        sync();
        await("long enough", () -> cluster.namespaces().silence().toMillis() > 1_200);
        assertThat(cluster.namespaces().isWatching()).isTrue();
        assertThat(api.seen(Call.WATCH)).isEqualTo(1);
    }

    @Test
    void triesAgainButNotWithoutRest() throws Exception {
        cluster.close();
        cluster = cluster(new Timing(
                QUICK.answer(),
                QUICK.begin(),
                QUICK.silence(),
                Duration.ofSeconds(5),
                Duration.ofMillis(20),
                Duration.ofMillis(100)));
        api.fail(Call.WATCH, 500);
        long begin = System.nanoTime();
        cluster.start();
        await("tried ten times", () -> api.seen(Call.WATCH) >= 10);
        // 20, 40, 80 and then 100 ms, of each at least half
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(70 + 6 * 50));
        assertThat(cluster.namespaces().detail()).contains("no watch: cannot watch namespaces, HTTP 500");
        assertThat(cluster.namespaces().lists()).isEqualTo(1);
    }

    @Test
    void anApiServerThatWasAwayIsFoundAgain() throws Exception {
        api.put("a", RED);
        sync();
        api.goAway();
        await("noticed", () -> !cluster.namespaces().isWatching());
        assertThat(known("a")).isNotNull();
        assertThat(cluster.namespaces().isSynced()).isTrue();
        assertThat(cluster.namespaces().detail())
                .startsWith("1 live, last heard of ")
                .contains("; no watch: ");
        await(
                "said",
                () -> cluster.namespaces().detail().endsWith("; no watch: " + api.url() + ": connection refused"));
        api.put("b", RED);
        api.comeBack();
        awaitKnown("b");
    }

    @Test
    void oneThatIsNotThereAtTheStartIsWaitedFor() throws Exception {
        api.goAway();
        cluster.start();
        await("tried", () -> cluster.namespaces().detail().contains("not synced yet; "));
        api.put("a", RED);
        api.comeBack();
        await("synced", () -> cluster.namespaces().isSynced());
        assertThat(known("a")).isNotNull();
    }

    // ---- looking up

    private CompletableFuture<Namespaces> look(String name) {
        return cluster.lookup().knowing(name, cluster.namespaces().get()).toCompletableFuture();
    }

    /** Nothing more comes by the watch. */
    private void syncAndDeafen() throws Exception {
        sync();
        api.hold(Call.WATCH);
        api.cutWatches();
        await("deaf", () -> api.seen(Call.WATCH) >= 2);
    }

    @Test
    void whatIsNotKnownYetIsLookedUp() throws Exception {
        syncAndDeafen();
        api.put("new", RED);
        assertThat(known("new")).isNull();
        Namespaces found = look("new").get();
        assertThat(found.find("new"))
                .isEqualTo(new NamespaceState("new", Map.of("usergroup", "red", "istio.io/rev", "red"), false));
        assertThat(found.liveMembers("red", "red")).isEqualTo(1);
        assertThat(known("new")).as("nothing is kept").isNull();
        assertThat(look("missing").get().find("missing")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../secrets", "a/b", "A", "a?x=y", "a%2fb", "-a", "a.b"})
    void whatCanBeNoNamespaceIsNotAskedAbout(String name) throws Exception {
        sync();
        assertThat(look(name).get().find(name)).isNull();
        assertThat(api.seen(Call.GET)).isZero();
    }

    @Test
    void thoseWhoWantToKnowTheSameWaitForOneAnswer() throws Exception {
        syncAndDeafen();
        api.put("new", RED);
        api.hold(Call.GET);
        List<CompletableFuture<Namespaces>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(look("new"));
        }
        api.restore(Call.GET);
        for (CompletableFuture<Namespaces> each : all) {
            assertThat(each.get().find("new")).isNotNull();
        }
        assertThat(api.seen(Call.GET)).isEqualTo(1);
    }

    @Test
    void whoJoinsALookThatBeganEarlierDoesNotTakeItsNo() throws Exception {
        syncAndDeafen();
        api.holdAnswers(Call.GET);
        CompletableFuture<Namespaces> early = look("new");
        await("the question has been answered, the answer not sent", () -> api.answersHeld() == 1);
        api.put("new", RED);
        CompletableFuture<Namespaces> late = look("new");
        api.restore(Call.GET);
        assertThat(early.get().find("new")).isNull();
        assertThat(late.get().find("new")).isNotNull();
    }

    private void assertUnknown(CompletableFuture<Namespaces> looked, String why) {
        assertThatThrownBy(() -> looked.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ClusterUnknownException.class)
                .hasMessageContaining("\"new\" is not known yet and cannot be looked up: " + why);
    }

    @Test
    void noAnswerInTimeIsNotTheSameAsNoNamespace() throws Exception {
        sync();
        api.hold(Call.GET);
        long begin = System.nanoTime();
        assertUnknown(look("new"), "the API server does not answer in time");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        api.restore(Call.GET);
        assertThat(look("other").get().find("other")).isNull();
        assertThat(cluster.failedLookups()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 403, 429, 410})
    void anAnswerToSomethingElseIsNoAnswer(int code) throws Exception {
        sync();
        api.fail(Call.GET, code);
        assertUnknown(look("new"), "the API server answers with HTTP " + code);
    }

    @Test
    void anApiServerThatIsAwayIsNoAnswer() throws Exception {
        sync();
        api.goAway();
        assertUnknown(look("new"), "the API server cannot be reached");
        api.comeBack();
        assertThat(look("new").get().find("new")).isNull();
    }

    @Test
    void onlySoManyAreLookedUpAtOnce() throws Exception {
        sync();
        api.hold(Call.GET);
        List<CompletableFuture<Namespaces>> waiting = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            waiting.add(look("other-" + i));
        }
        assertUnknown(look("new"), "more than 32 are being looked up");
        api.restore(Call.GET);
        for (CompletableFuture<Namespaces> each : waiting) {
            assertThat(each.get()).isNotNull();
        }
        await(
                "a slot is free",
                () -> look("new").handle((found, thrown) -> found != null).get());
    }
}
