package dev.marchwarden.bench;

import dev.marchwarden.admission.AdmissionRequest;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.bench.Reviews.Scene;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The steps of one decision, each by itself and all together, on reviews that the network has already brought. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH sets the fields
public class DecisionBenchmark {
    @Param({"ALLOW", "DENY", "OTHER", "WORKLOAD", "ROUTES", "CROSSING", "IDENTITIES"})
    public Scene scene;

    @Param({"2000", "10000", "100000"})
    public int bytes;

    private byte[] review;
    private Offline offline;
    private AdmissionRequest request;
    private Outcome outcome;

    @Setup
    public void setUp() throws Exception {
        review = Reviews.of(scene, bytes);
        offline = Offline.start();
        request = offline.decode(review);
        outcome = offline.decide(review);
        if (outcome.verdict().allows() == scene.isDenied()) {
            throw new IllegalStateException(scene + " was " + outcome.verdict());
        }
    }

    @Benchmark
    public AdmissionRequest decode() throws MalformedReviewException {
        return offline.decode(review);
    }

    /** From the request as values to its outcome: the policy, and what is made ready for it. */
    @Benchmark
    public Outcome decide() {
        return offline.decide(request);
    }

    @Benchmark
    public byte[] encode() {
        return ReviewEncoder.encode(outcome);
    }

    /** The line of the decision log. */
    @Benchmark
    public String line() {
        return DecisionLine.of(outcome, Instant.EPOCH, 20);
    }

    /** From the bytes of a review to those of its answer. */
    @Benchmark
    public byte[] all() throws MalformedReviewException {
        return ReviewEncoder.encode(offline.decide(review));
    }
}
