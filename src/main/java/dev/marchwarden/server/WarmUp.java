package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.DecisionLine;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Decides some reviews before the server is ready, so that classes are loaded and the hot path is compiled. */
public final class WarmUp {
    /** Beside the reach table, which is read once and takes as long again where there is no AOT cache. */
    private static final Duration AT_MOST = Duration.ofMillis(150);

    private static final int ROUNDS = 500;
    private static final String NAMESPACE = "warm-up";
    private static final byte[] NAMESPACE_REVIEW = """
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"warm-up","kind":{"group":"",\
            "version":"v1","kind":"Namespace"},"resource":{"group":"","version":"v1","resource":"namespaces"},"name":\
            "warm-up","namespace":"warm-up","operation":"UPDATE","userInfo":{"username":"warm-up","groups":["nobody"]},\
            "object":{"metadata":{"name":"warm-up","labels":{"istio.io/rev":"a","usergroup":"b","istio-injection":"c"},\
            "managedFields":[{"manager":"nobody","fieldsV1":{"f:metadata":{"f:labels":{".":{}}}}}]}},"oldObject":\
            {"metadata":{"name":"warm-up","labels":null}},"dryRun":true,"options":{"kind":"UpdateOptions"}}}""".getBytes(UTF_8);
    private static final byte[] CONFIG_REVIEW = """
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"warm-up","kind":{"group":\
            "networking.istio.io","version":"v1","kind":"VirtualService"},"resource":{"group":"networking.istio.io",\
            "version":"v1","resource":"virtualservices"},"name":"warm-up","namespace":"warm-up","operation":"UPDATE",\
            "userInfo":{"username":"warm-up","groups":["nobody"]},"object":{"metadata":{"name":"warm-up","namespace":\
            "warm-up","labels":{"istio.io/rev":"a"}},"spec":{"hosts":["warm-up","*.b.svc.cluster.local"],"gateways":["mesh","b/c"],\
            "exportTo":["b"],"http":[{"match":[{"uri":{"prefix":"/"}}],"route":[{"destination":{"host":\
            "a.b.svc.cluster.local","port":{"number":80}},"weight":100}]}]}},"oldObject":{"metadata":{"name":"warm-up",\
            "namespace":"warm-up"},"spec":{"hosts":["warm-up"],"http":[{"route":[{"destination":{"host":"10.0.0.1"}}]}]}},\
            "dryRun":true,"options":{"kind":"UpdateOptions"}}}""".getBytes(UTF_8);

    /** A namespace of the first usergroup, for there may be none in the cluster yet; without usergroups one of nobody. */
    private record OneMember(NamespaceState member) implements Namespaces {
        static OneMember of(Tenancy tenancy) {
            Map<String, String> labels = tenancy.usergroups().stream()
                    .limit(1)
                    .collect(Collectors.toMap(usergroup -> tenancy.usergroupLabel(), Usergroup::name));
            return new OneMember(new NamespaceState(NAMESPACE, labels, false));
        }

        @Override
        public @Nullable NamespaceState find(String name) {
            return name.equals(NAMESPACE) ? member : null;
        }

        @Override
        public int liveMembers(String usergroup, String systemNamespace) {
            return 0;
        }
    }

    private WarmUp() {}

    public static void run(Policy policy) {
        ReachTable.shipped();
        Admission admission = admission(policy);
        long end = System.nanoTime() + AT_MOST.toNanos();
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            for (Outcome outcome : decideAll(admission)) {
                ReviewEncoder.encode(outcome);
                DecisionLine.of(outcome, Instant.EPOCH, round);
            }
        }
    }

    static Admission admission(Policy policy) {
        Namespaces namespaces = OneMember.of(policy.tenancy());
        return new Admission(() -> policy, () -> namespaces, Rights.TENANCY_ONLY);
    }

    static List<Outcome> decideAll(Admission admission) {
        return List.of(
                decide(admission, Webhook.MUTATE, NAMESPACE_REVIEW),
                decide(admission, Webhook.VALIDATE, NAMESPACE_REVIEW),
                decide(admission, Webhook.VALIDATE, CONFIG_REVIEW));
    }

    private static Outcome decide(Admission admission, Webhook webhook, byte[] review) {
        try {
            return admission.decide(webhook, review).toCompletableFuture().join();
        } catch (MalformedReviewException e) {
            throw new IllegalStateException("our own review cannot be read", e);
        }
    }
}
