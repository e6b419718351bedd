package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.sun.management.ThreadMXBean;
import dev.marchwarden.json.JsonStreams;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An event loop that reads one object answers nobody else meanwhile. What reading names takes is held by what it allocates and by what it
 * leaves undone, for a time depends on what else the machine does; docs/benchmarks.md has the times.
 */
class ManyNamesTest {
    private static final int NAMES = 300_000;
    /** A string and its bytes for each name, and Jackson's tables of the names of this document. */
    private static final int MOST_BYTES_A_NAME = 180;

    @Test
    void aLargeObjectOfDistinctNamesIsReadWithoutMoreThanItsNames() throws MalformedReviewException {
        byte[] body = envoyFilter();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        ReviewDecoder.decode(body, Set.of());

        long before = threads.getCurrentThreadAllocatedBytes();
        AdmissionRequest request = ReviewDecoder.decode(body, Set.of());
        long taken = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(request.problem()).isNull();
        assertThat(body.length).isGreaterThan(2_700_000);
        assertThat(taken / NAMES).isLessThan(MOST_BYTES_A_NAME);
    }

    /** It took three to ten times as long as all else, in a table that all threads share. */
    @Test
    void namesAreNotInterned() {
        assertThat(Stream.of(JsonStreams.WIRE, JsonStreams.SKIPPING, JsonStreams.FILES, JsonStreams.ASCII))
                .noneMatch(factory -> factory.isEnabled(JsonFactory.Feature.INTERN_FIELD_NAMES));
    }

    private static byte[] envoyFilter() {
        String names = IntStream.range(0, NAMES)
                .mapToObj(i -> "\"" + Integer.toString(i + 50_000, 36) + "\":1")
                .collect(Collectors.joining(","));
        return ("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"request\":{\"uid\":\"1\",\"kind\":"
                        + "{\"group\":\"networking.istio.io\",\"version\":\"v1alpha3\",\"kind\":\"EnvoyFilter\"},"
                        + "\"operation\":\"CREATE\",\"object\":{\"metadata\":{\"name\":\"a\",\"namespace\":\"b\"},"
                        + "\"spec\":{\"configPatches\":[{\"patch\":{\"value\":{" + names + "}}}]}}}}")
                .getBytes(UTF_8);
    }
}
