package dev.marchwarden.bench;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.AdmissionRequest;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.ObjectSnapshot;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewDecoder;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.bench.Reviews.Scene;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Decision;
import dev.marchwarden.policy.NamespaceChange;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Operation;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
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
    @Param({"ALLOW", "DENY", "OTHER"})
    public Scene scene;

    @Param({"2000", "10000", "100000"})
    public int bytes;

    private byte[] review;
    private Policy policy;
    private NamespaceSnapshot namespaces;
    private Admission admission;
    private NamespaceChange change;
    private Outcome outcome;

    @Setup
    public void setUp() throws Exception {
        Path folder = Files.createTempDirectory("marchwarden-bench");
        Path tenancy = Files.write(folder.resolve("tenancy.yaml"), Reviews.resource("tenancy.yaml"));
        Path cluster = Files.write(folder.resolve("namespaces.yaml"), Reviews.resource("namespaces.yaml"));
        policy = new Policy(TenancyFile.read(tenancy));
        namespaces = NamespaceSnapshot.of(
                new ManifestReader(InputStream.nullInputStream()).read(List.of(cluster)),
                policy.tenancy().usergroupLabel());
        Files.delete(tenancy);
        Files.delete(cluster);
        Files.delete(folder);

        review = Reviews.of(scene, bytes);
        admission = new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
        AdmissionRequest request = ReviewDecoder.decode(review, policy.guardedLabels());
        outcome = whole();
        if (outcome.verdict().allows() == (scene == Scene.DENY)) {
            throw new IllegalStateException(scene + " was " + outcome.verdict());
        }
        if (scene != Scene.OTHER) {
            change = new NamespaceChange(
                    Operation.UPDATE,
                    request.objectName(),
                    request.subresource(),
                    request.user(),
                    state(request.oldObject()),
                    state(request.object()));
        }
    }

    private static NamespaceState state(@Nullable ObjectSnapshot object) {
        Objects.requireNonNull(object);
        return new NamespaceState(object.name(), object.labels(), object.terminating());
    }

    private Outcome whole() throws MalformedReviewException {
        return admission.decide(Webhook.VALIDATE, review).toCompletableFuture().join();
    }

    @Benchmark
    public AdmissionRequest decode() throws MalformedReviewException {
        return ReviewDecoder.decode(review, policy.guardedLabels());
    }

    /** The policy alone; what no rule is about never gets there, and is measured as nothing. */
    @Benchmark
    public @Nullable Decision decide() {
        return change == null ? null : policy.judge(change, namespaces).decide(Set.of());
    }

    @Benchmark
    public byte[] encode() {
        return ReviewEncoder.encode(outcome);
    }

    /** Made on the thread of the decision log, not on the way of the answer. */
    @Benchmark
    public String line() {
        return DecisionLine.of(outcome, Instant.EPOCH, 20);
    }

    /** From the bytes of a review to those of its answer. */
    @Benchmark
    public byte[] all() throws MalformedReviewException {
        return ReviewEncoder.encode(whole());
    }
}
