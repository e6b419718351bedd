package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Each pod of a member has the sidecar of its namespace's revision, signed for and configured by that istiod; and no other pod has one of theirs. */
final class Sidecars implements Check {
    private static final String NAME = "sidecars";
    private static final String REPOINTED =
            "remove what redirects it (annotation proxy.istio.io/config, ProxyConfig, value global.caAddress), and restart their workloads";

    /** What is wrong with a pod, the same for all that share it. */
    private record Problem(String text, String fix) {}

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        Map<String, List<PodState>> byNamespace = new TreeMap<>();
        snapshot.pods().stream()
                .filter(pod -> !pod.hasEnded())
                .forEach(pod -> byNamespace
                        .computeIfAbsent(pod.namespace(), none -> new ArrayList<>())
                        .add(pod));
        List<Finding> findings = new ArrayList<>();
        for (ObservedNamespace namespace : snapshot.namespaces()) {
            if (snapshot.isMislabelled(namespace)) {
                continue;
            }
            List<PodState> pods = byNamespace.getOrDefault(namespace.name(), List.of());
            Usergroup usergroup = snapshot.usergroup(namespace);
            if (usergroup == null) {
                outside(snapshot, namespace, pods, findings);
            } else if (!namespace.isTerminating()) {
                inside(snapshot, usergroup, namespace, pods, findings);
            }
        }
        return findings;
    }

    private static void inside(
            Snapshot snapshot,
            Usergroup usergroup,
            ObservedNamespace namespace,
            List<PodState> pods,
            List<Finding> findings) {
        boolean isSystem = namespace.name().equals(usergroup.systemNamespace());
        String label = namespace.label(MeshLabels.REVISION);
        String revision = Snapshot.revision(usergroup, label);
        String restart = isSystem ? "restart their workloads" : FixCommands.restart(usergroup, namespace, label);
        Map<Problem, List<String>> problems = new LinkedHashMap<>();
        List<String> optedOut = new ArrayList<>();
        int right = 0;
        int isNative = 0;
        for (PodState pod : pods) {
            Proxy proxy = pod.proxy();
            if (proxy == null && (isSystem || pod.isOptedOut())) {
                if (!isSystem) {
                    optedOut.add(pod.name());
                }
                continue;
            }
            Problem problem = problem(snapshot, usergroup, isSystem ? "" : revision, restart, pod);
            if (problem == null) {
                right++;
                isNative += proxy != null && proxy.isNative() ? 1 : 0;
            } else {
                problems.computeIfAbsent(problem, none -> new ArrayList<>()).add(pod.name());
            }
        }
        problems.forEach((problem, names) -> findings.add(Finding.error(
                NAME,
                namespace.name(),
                (names.size() == 1 ? "pod " : "pods ") + NameList.some(names) + ": " + problem.text(),
                problem.fix())));
        Map<String, List<String>> bypassing = new TreeMap<>();
        pods.stream()
                .filter(pod -> pod.proxy() != null && !pod.bypass().isEmpty())
                .forEach(pod -> bypassing
                        .computeIfAbsent(pod.bypass(), none -> new ArrayList<>())
                        .add(pod.name()));
        bypassing.forEach((annotation, names) -> findings.add(Finding.warning(
                NAME,
                namespace.name(),
                (names.size() == 1 ? "pod " : "pods ") + NameList.some(names) + ": " + annotation
                        + " accepts past the proxy; STRICT does not protect it",
                "remove the annotation, unless it is intended")));
        if (!optedOut.isEmpty()) {
            findings.add(Finding.warning(
                    NAME,
                    namespace.name(),
                    (optedOut.size() == 1 ? "pod " : "pods ") + NameList.some(optedOut)
                            + ": outside of the mesh by sidecar.istio.io/inject or hostNetwork; STRICT does not protect them",
                    "remove the label or hostNetwork, unless it is intended"));
        }
        if (problems.isEmpty() && (!isSystem || right > 0)) {
            findings.add(Finding.ok(
                    NAME,
                    namespace.name(),
                    right == 0
                            ? "no pods"
                            : right + (right == 1 ? " pod" : " pods") + " of "
                                    + (isSystem || revision.isEmpty() ? usergroup.name() : revision) + " (" + isNative
                                    + " native, "
                                    + (right - isNative) + " classic)"));
        }
    }

    /**
     * Null where there is none.
     *
     * @param revision empty for any of the usergroup's
     */
    private static @Nullable Problem problem(
            Snapshot snapshot, Usergroup usergroup, String revision, String restart, PodState pod) {
        Proxy proxy = pod.proxy();
        if (proxy == null) {
            return new Problem("no sidecar", restart);
        }
        String its = proxy.revision();
        String expected = revision.isEmpty() && usergroup.revisions().contains(its) ? its : revision;
        if (!its.equals(expected)) {
            return new Problem(
                    "injected by revision " + (its.isEmpty() ? "(none)" : Quoted.bare(its))
                            + whose(snapshot, usergroup, its),
                    restart);
        }
        // What istiod deploys for a Gateway is not injected: it comes with its proxy, and with the label that says so.
        boolean isDeployedByIstiod = pod.isOptedOut() && proxy.stampedRevision().isEmpty();
        if (!isDeployedByIstiod && !proxy.stampedRevision().equals(expected)) {
            return new Problem(
                    "annotated " + MeshLabels.REVISION + "=" + its + ", but sidecar.istio.io/status says "
                            + (proxy.stampedRevision().isEmpty() ? "nothing" : Quoted.bare(proxy.stampedRevision())),
                    "remove both annotations from their workload, and restart it");
        }
        String istiod = IstioNames.istiod(expected) + "." + usergroup.systemNamespace() + ".svc:15012";
        if (!proxy.authority().equals(istiod)) {
            return new Problem(
                    "its certificate is signed by "
                            + (proxy.authority().isEmpty() ? "(nobody named)" : Quoted.bare(proxy.authority()))
                            + " (expected: CA_ADDR " + istiod + ")",
                    REPOINTED);
        }
        if (!proxy.discovery().isEmpty() && !proxy.discovery().equals(istiod)) {
            return new Problem(
                    "configured by " + Quoted.bare(proxy.discovery()) + " (expected: discoveryAddress " + istiod + ")",
                    REPOINTED);
        }
        return null;
    }

    private static String whose(Snapshot snapshot, Usergroup usergroup, String revision) {
        Usergroup other = snapshot.tenancy().servedBy(revision);
        return other == null || other.equals(usergroup) ? "" : ", usergroup " + other.name() + "'s";
    }

    /** The usergroup that a proxy was injected by, is signed for or configured by; null for none. */
    private static @Nullable Usergroup turnedTo(Snapshot snapshot, Proxy proxy) {
        Usergroup injecting = snapshot.tenancy().servedBy(proxy.revision());
        if (injecting != null) {
            return injecting;
        }
        return snapshot.tenancy().usergroups().stream()
                .filter(usergroup -> Stream.of(proxy.authority(), proxy.discovery())
                        .map(address -> address.replaceAll(":\\d+$", ""))
                        .anyMatch(host -> host.contains("." + usergroup.systemNamespace() + ".")
                                || host.endsWith("." + usergroup.systemNamespace())))
                .findFirst()
                .orElse(null);
    }

    /** A pod may ask for any revision in a namespace that names none. */
    private static void outside(
            Snapshot snapshot, ObservedNamespace namespace, List<PodState> pods, List<Finding> findings) {
        Map<String, List<String>> strays = new TreeMap<>();
        for (PodState pod : pods) {
            Proxy proxy = pod.proxy();
            Usergroup usergroup = proxy == null ? null : turnedTo(snapshot, proxy);
            if (usergroup != null) {
                strays.computeIfAbsent(usergroup.name(), none -> new ArrayList<>())
                        .add(pod.name());
            }
        }
        strays.forEach((usergroup, names) -> findings.add(Finding.error(
                NAME,
                namespace.name(),
                (names.size() == 1 ? "pod " : "pods ") + NameList.some(names) + ": in the mesh of usergroup "
                        + usergroup + ", though the namespace is no member",
                "`marchwarden bootstrap assign " + namespace.name() + " --usergroup " + usergroup
                        + "`, or delete their workloads")));
    }
}
