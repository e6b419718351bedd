package dev.marchwarden.bench;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.AdmissionRequest;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewDecoder;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** All that decides, without a server around it. */
record Offline(Policy policy, Admission admission) {
    /** With the tenancy and the namespaces of the recorded reviews. */
    static Offline start() throws Exception {
        Path directory = Files.createTempDirectory("marchwarden-bench");
        Path tenancy = Files.write(directory.resolve("tenancy.yaml"), Reviews.resource("tenancy.yaml"));
        Path cluster = Files.write(directory.resolve("namespaces.yaml"), Reviews.resource("namespaces.yaml"));
        Policy policy = new Policy(TenancyFile.read(tenancy));
        NamespaceSnapshot namespaces = NamespaceSnapshot.of(
                new ManifestReader(InputStream.nullInputStream()).read(List.of(cluster)),
                policy.tenancy().usergroupLabel());
        Files.delete(tenancy);
        Files.delete(cluster);
        Files.delete(directory);
        return new Offline(policy, new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY));
    }

    AdmissionRequest decode(byte[] review) throws MalformedReviewException {
        return ReviewDecoder.decode(review, policy.guardedLabels());
    }

    Outcome decide(AdmissionRequest request) {
        return admission.decide(Webhook.VALIDATE, request).toCompletableFuture().join();
    }

    Outcome decide(byte[] review) throws MalformedReviewException {
        return admission.decide(Webhook.VALIDATE, review).toCompletableFuture().join();
    }
}
