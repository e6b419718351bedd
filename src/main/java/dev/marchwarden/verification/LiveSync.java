package dev.marchwarden.verification;

import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.cluster.RefusedException;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.ConnectedProxy.TypeState;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The table of {@code istioctl proxy-status} for all istiods of all usergroups: who is connected to whom, and whether they have what they were
 * sent. Whatever could not be asked is red: what is not known is not fine.
 */
public final class LiveSync {
    static final String CHECK = "live-sync";

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    /**
     * How far asking came.
     *
     * @param silent who could not be asked
     * @param findings what is wrong
     */
    private record Asked(
            Usergroup usergroup, List<NamespacedName> answered, List<String> silent, List<Finding> findings) {}

    /** Those of a namespace with a proxy. */
    private record NamespacedPods(String namespace, List<PodState> injected) {}

    private final ClusterClient cluster;
    private final Tenancy tenancy;
    private final IstiodPods istiods;

    private final List<ConnectedProxy> proxies = new ArrayList<>();
    private final Set<String> connected = new HashSet<>();

    private LiveSync(ClusterClient cluster, PodConnections pods, Tenancy tenancy, Duration timeout) {
        this.cluster = cluster;
        this.tenancy = tenancy;
        this.istiods = new IstiodPods(pods, timeout);
    }

    /**
     * Throws {@link IOException} where namespaces or pods cannot be listed, or when interrupted.
     *
     * @param timeout for each istiod's answer
     */
    public static SyncReport look(ClusterClient cluster, PodConnections pods, Tenancy tenancy, Duration timeout)
            throws IOException {
        return new LiveSync(cluster, pods, tenancy, timeout).look();
    }

    private SyncReport look() throws IOException {
        Membership membership = Membership.read(cluster, tenancy);
        // First: what starts while istiods are asked is not missing.
        Map<String, List<PodState>> injected = injected();
        Map<String, List<NamespacedPods>> pods = new HashMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            pods.put(
                    usergroup.name(),
                    membership.namespaces(usergroup).stream()
                            .map(namespace ->
                                    new NamespacedPods(namespace, injected.getOrDefault(namespace, List.of())))
                            .toList());
        }
        List<Asked> all = new ArrayList<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            all.add(ask(membership, usergroup));
        }
        List<Finding> findings = new ArrayList<>();
        for (Asked each : all) {
            pods.getOrDefault(each.usergroup().name(), List.of()).forEach(its -> missing(its, each));
            findings.addAll(each.findings());
            if (each.findings().isEmpty()) {
                findings.add(Finding.ok(
                        CHECK,
                        each.usergroup().name(),
                        "istiod pods: %d, connected proxies: %d, all of its own namespaces, and up to date"
                                .formatted(
                                        each.answered().size(),
                                        proxies.stream()
                                                .filter(proxy -> each.answered().contains(proxy.istiod()))
                                                .count())));
            }
        }
        return new SyncReport(List.copyOf(proxies), findings);
    }

    /** Those that run, by namespace: one list, whatever number of namespaces there is. */
    private Map<String, List<PodState>> injected() throws IOException {
        return cluster.<Pod, Map<String, List<PodState>>>gather(Kind.POD, "", "", HashMap::new, (all, pod) -> {
            PodState state = PodState.of(pod);
            if (state.proxy() != null && !state.hasEnded()) {
                all.computeIfAbsent(state.namespace(), none -> new ArrayList<>())
                        .add(state);
            }
        });
    }

    private Asked ask(Membership membership, Usergroup usergroup) throws IOException {
        Asked asked = new Asked(usergroup, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        String namespace = usergroup.systemNamespace();
        for (String revision : usergroup.revisions()) {
            List<RunningPod> pods = membership.pods(namespace, IstioNames.istiodSelector(revision));
            if (pods.isEmpty()) {
                String name = "istiod of revision " + revision;
                asked.silent().add(name);
                asked.findings()
                        .add(Finding.error(
                                CHECK,
                                name,
                                "no pod of it runs in namespace " + namespace,
                                "kubectl -n %s get pods -l %s; `bootstrap status`"
                                        .formatted(namespace, IstioNames.istiodSelector(revision))));
            }
            for (RunningPod pod : pods) {
                try {
                    for (ConnectedProxy proxy : istiods.ask(pod.name())) {
                        proxies.add(proxy);
                        connected.add(proxy.proxy());
                        judge(proxy, asked, membership);
                    }
                    asked.answered().add(pod.name());
                } catch (IOException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    asked.silent().add(pod.name().toString());
                    asked.findings().add(notAsked(pod.name(), e));
                }
            }
        }
        return asked;
    }

    private static Finding notAsked(NamespacedName istiod, IOException e) {
        boolean forbidden = e instanceof RefusedException refused && refused.isForbidden();
        return Finding.error(
                CHECK,
                "istiod pod " + istiod,
                "it could not be asked: " + e.getMessage(),
                forbidden
                        ? "grant get and create on pods/portforward in namespace " + istiod.namespace()
                        : "kubectl -n %s logs %s; ENABLE_DEBUG_ON_HTTP=false on istiod switches this off"
                                .formatted(istiod.namespace(), istiod.name()));
    }

    private void judge(ConnectedProxy proxy, Asked asked, Membership membership) {
        Usergroup server = asked.usergroup();
        List<Finding> findings = asked.findings();
        Usergroup usergroup = membership.of(proxy.namespace());
        String subject = "proxy " + proxy.proxy();
        String pod = proxy.proxy().substring(0, Math.max(0, proxy.proxy().lastIndexOf('.')));
        // What a proxy calls itself: nothing that is no name gets into a command.
        boolean isName =
                NAME.matcher(pod).matches() && NAME.matcher(proxy.namespace()).matches();
        String logs = isName
                ? "kubectl -n %s logs %s -c istio-proxy".formatted(proxy.namespace(), pod)
                : "find out who it is: no pod has the name that it gives";
        if (usergroup == null || !usergroup.name().equals(server.name())) {
            findings.add(Finding.error(
                    CHECK,
                    subject,
                    "connected to istiod pod %s of usergroup %s, but namespace %s is %s"
                            .formatted(
                                    proxy.istiod(),
                                    server.name(),
                                    proxy.namespace(),
                                    usergroup == null ? "no usergroup's" : "usergroup " + usergroup.name() + "'s"),
                    !isName
                            ? logs
                            : usergroup == null
                                    ? "`bootstrap assign %s --usergroup %s`, or remove its sidecars"
                                            .formatted(proxy.namespace(), server.name())
                                    : "kubectl -n %s delete pod %s, for a sidecar of its own usergroup"
                                            .formatted(proxy.namespace(), pod)));
        }
        String stale = proxy.types(TypeState.STALE);
        if (!stale.isEmpty()) {
            findings.add(Finding.warning(
                    CHECK,
                    subject,
                    "has not acknowledged what istiod pod " + proxy.istiod() + " sent: " + stale,
                    "check again in a few seconds; if it does not change: " + logs));
        }
        if (!proxy.error().isEmpty()) {
            findings.add(Finding.warning(
                    CHECK,
                    subject,
                    "rejects what istiod pod %s sent: %s: %s"
                            .formatted(proxy.istiod(), proxy.types(TypeState.ERROR), proxy.error()),
                    "fix the configuration that it names; " + logs));
        }
    }

    /** Those of a namespace whose proxies nobody has connected; a pod that is not ready may be on its way. */
    private void missing(NamespacedPods pods, Asked asked) {
        for (boolean isReady : new boolean[] {true, false}) {
            List<String> unconnected = pods.injected().stream()
                    .filter(pod -> pod.isReady() == isReady && !connected.contains(pod.name() + "." + pod.namespace()))
                    .map(PodState::name)
                    .sorted()
                    .toList();
            if (!unconnected.isEmpty()) {
                asked.findings().add(finding(pods.namespace(), NameList.some(unconnected), isReady, asked));
            }
        }
    }

    private static Finding finding(String namespace, String pods, boolean isReady, Asked asked) {
        if (!asked.silent().isEmpty()) {
            return Finding.warning(
                    CHECK,
                    namespace,
                    "no istiod that answered has connected the proxies of " + pods + "; not asked: "
                            + String.join(", ", asked.silent()),
                    "fix those first");
        }
        if (!isReady) {
            return Finding.warning(
                    CHECK,
                    namespace,
                    "not ready, and no istiod has connected their proxies: " + pods,
                    "check again in a minute; if it does not change, the logs of their istio-proxy say why");
        }
        return Finding.error(
                CHECK,
                namespace,
                "no istiod has connected the proxies of " + pods,
                "logs of their istio-proxy; can they reach port 15012 of istiod-%s.%s?"
                        .formatted(
                                asked.usergroup().defaultRevision(),
                                asked.usergroup().systemNamespace()));
    }
}
