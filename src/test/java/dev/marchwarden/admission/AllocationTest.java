package dev.marchwarden.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a review allocates, from the bytes of its body to those of its answer and its line in the log: unlike the time it takes, it is the
 * same on every machine, however busy. A limit is what was measured without the optimizing compiler, which only saves objects, and a
 * tenth. Who allocates less lowers it; who needs more raises it, and says in the commit what for.
 */
class AllocationTest {
    private static final Path REVIEWS = Path.of("test-fixtures/admission-reviews");
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 10;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Admission admission = admission();

    static Stream<Arguments> reviews() throws IOException {
        return Stream.of(
                Arguments.of("namespace", 2_000, 9_950, namespace()),
                Arguments.of("virtual service", 10_000, 52_400, routes()),
                Arguments.of("authorization policy", 10_000, 65_600, principals()),
                Arguments.of("pod", 3_000, 22_050, pod()),
                Arguments.of("kind that is skipped", 2_000, 8_550, service()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reviews")
    void aReviewAllocatesNoMoreThanItDid(String name, int size, int limit, byte[] review) throws Exception {
        assertThat(review.length).isBetween(size * 9 / 10, size * 2);
        assertThat(allocated(review)).as(name + " in bytes").isPositive().isLessThan(limit);
    }

    @Test
    void allRecordedReviewsTogether() throws Exception {
        long all = 0;
        int count = 0;
        for (Path file : files()) {
            all += allocated(Files.readAllBytes(file));
            count++;
        }
        assertThat(count).isGreaterThan(90);
        assertThat(all / count).as("bytes for a recorded review").isLessThan(15_700);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(REVIEWS)) {
            return files.filter(file -> file.toString().endsWith(".json")).toList();
        }
    }

    /** Of one review; the least of some, since a JVM does things of its own on every thread. */
    private long allocated(byte[] review) throws MalformedReviewException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WARM_UP + ROUNDS; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            Outcome outcome = admission
                    .decide(Webhook.VALIDATE, review)
                    .toCompletableFuture()
                    .join();
            byte[] answer = ReviewEncoder.encode(outcome);
            String line = DecisionLine.of(outcome, Instant.EPOCH, 1);
            long taken = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(answer.length + line.length()).isPositive();
            assertThat(outcome.verdict()).isNotEqualTo(Verdict.ERROR);
            least = i < WARM_UP ? least : Math.min(least, taken);
        }
        return least;
    }

    private static Admission admission() {
        try {
            Policy policy = new Policy(TenancyFile.read(REVIEWS.resolve("tenancy.yaml")));
            NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                    new ManifestReader(InputStream.nullInputStream()).read(List.of(REVIEWS.resolve("namespaces.yaml"))),
                    policy.tenancy().usergroupLabel());
            return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode recorded(String file) throws IOException {
        return (ObjectNode) JsonTrees.MAPPER.readTree(Files.readAllBytes(REVIEWS.resolve(file)));
    }

    private static byte[] bytes(ObjectNode review) throws IOException {
        return JsonTrees.MAPPER.writeValueAsBytes(review);
    }

    private static byte[] namespace() throws IOException {
        return Files.readAllBytes(REVIEWS.resolve("guide/008-UPDATE-namespaces-app-ns-1-app-ns-1.json"));
    }

    private static byte[] pod() throws IOException {
        return Files.readAllBytes(REVIEWS.resolve("workloads/066-CREATE-pods-app-ns-1-bare.json"));
    }

    private static byte[] service() throws IOException {
        return Files.readAllBytes(REVIEWS.resolve("guide/011-CREATE-services-app-ns-1-curl.json"));
    }

    /** Routes to one host of its own usergroup, with what people write beside it. */
    private static byte[] routes() throws IOException {
        ObjectNode review = recorded("crossing/046-CREATE-virtualservices-app-ns-1-httpbin-v1.json");
        ArrayNode routes = review.withObject("/request/object/spec").putArray("http");
        for (int i = 0; i < 34; i++) {
            ObjectNode route = routes.addObject().put("name", "route-" + i).put("timeout", "5s");
            route.putArray("match").addObject().putObject("uri").put("prefix", "/api/v" + i);
            ObjectNode destination =
                    route.putArray("route").addObject().put("weight", 100).putObject("destination");
            destination.put("host", "httpbin.app-ns-1.svc.cluster.local").put("subset", "v1");
            destination.putObject("port").put("number", 8000);
            route.putObject("retries").put("attempts", 3).put("retryOn", "5xx");
        }
        return bytes(review);
    }

    /** Identities of its own usergroup, each another. */
    private static byte[] principals() throws IOException {
        ObjectNode review = recorded("crossing/058-CREATE-authorizationpolicies-app-ns-1-allow.json");
        ArrayNode principals = review.withObject("/request/object/spec")
                .putArray("rules")
                .addObject()
                .putArray("from")
                .addObject()
                .putObject("source")
                .putArray("principals");
        for (int i = 0; i < 190; i++) {
            principals.add("cluster.local/ns/app-ns-1/sa/client-" + (10_000 + i));
        }
        return bytes(review);
    }
}
