package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.admission.Webhook;
import java.time.Duration;
import java.time.Instant;

/** Decides a few reviews before anybody asks, so that the first who does finds classes loaded and the hot path compiled. */
public final class WarmUp {
    private static final Duration AT_MOST = Duration.ofMillis(150);
    private static final int ROUNDS = 500;
    private static final byte[] REVIEW = """
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"warm-up","kind":{"group":"",\
            "version":"v1","kind":"Namespace"},"resource":{"group":"","version":"v1","resource":"namespaces"},"name":\
            "warm-up","namespace":"warm-up","operation":"UPDATE","userInfo":{"username":"warm-up","groups":["nobody"]},\
            "object":{"metadata":{"name":"warm-up","labels":{"istio.io/rev":"a","usergroup":"b","istio-injection":"c"},\
            "managedFields":[{"manager":"nobody","fieldsV1":{"f:metadata":{"f:labels":{".":{}}}}}]}},"oldObject":\
            {"metadata":{"name":"warm-up","labels":null}},"dryRun":true,"options":{"kind":"UpdateOptions"}}}""".getBytes(UTF_8);

    private WarmUp() {}

    public static void run(Admission admission) {
        long end = System.nanoTime() + AT_MOST.toNanos();
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            for (Webhook webhook : Webhook.values()) {
                Outcome outcome = decide(admission, webhook);
                ReviewEncoder.encode(outcome);
                DecisionLine.of(outcome, Instant.EPOCH, round);
            }
        }
    }

    private static Outcome decide(Admission admission, Webhook webhook) {
        try {
            return admission.decide(webhook, REVIEW).toCompletableFuture().join();
        } catch (MalformedReviewException e) {
            throw new IllegalStateException("our own review cannot be read", e);
        }
    }
}
