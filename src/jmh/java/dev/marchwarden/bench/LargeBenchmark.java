package dev.marchwarden.bench;

import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.bench.Reviews.Scene;
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

/** Objects as large as an API server takes: a VirtualService of some 5,000 routes, an EnvoyFilter and others of 1.5 MB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@NullUnmarked // JMH sets the fields
public class LargeBenchmark {
    @Param({"ROUTES", "PATCHES", "IDENTITIES", "OTHER"})
    public Scene scene;

    @Param("1500000")
    public int bytes;

    private byte[] review;
    private Offline offline;

    @Setup
    public void setUp() throws Exception {
        review = Reviews.of(scene, bytes);
        offline = Offline.start();
    }

    /** From the bytes of a review to those of its answer. */
    @Benchmark
    public byte[] all() throws MalformedReviewException {
        return ReviewEncoder.encode(offline.decide(review));
    }
}
