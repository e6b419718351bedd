package dev.marchwarden.bootstrap;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The names that control planes take in the whole cluster. The charts put revision and namespace together with a hyphen between them, so
 * that {@code a-b} in {@code c} and {@code a} in {@code b-c} are the same.
 */
public final class ClusterNames {
    /** There, names have no namespace in them (istio-discovery/templates/mutatingwebhook.yaml). */
    private static final String ISTIO_SYSTEM = "istio-system";

    /** Injects where a namespace says {@code istio-injection: enabled}, whoever that is; and the default of all that ask for none. */
    private static final String DEFAULT = "default";

    private ClusterNames() {}

    public static String gatewayClass(Usergroup usergroup) {
        return usergroup.gatewayClass();
    }

    public static String tagWebhook(Usergroup usergroup, String tag) {
        return "istio-revision-tag-" + inNamespace(tag, usergroup);
    }

    /** What the istiods of a usergroup call themselves towards the Gateway API. */
    public static String gatewayController(String usergroup) {
        return "istio.io/gateway-controller-" + usergroup;
    }

    /** The injector that the istiod chart makes. */
    public static String injector(Usergroup usergroup, String revision) {
        return "istio-sidecar-injector-" + inNamespace(revision, usergroup);
    }

    /** The ClusterRole that the istiod chart makes for istiod itself. */
    public static String istiodRole(String revision, String systemNamespace) {
        return "istiod-clusterrole-" + revision + "-" + systemNamespace;
    }

    private static String inNamespace(String name, Usergroup usergroup) {
        String namespace = usergroup.systemNamespace();
        return namespace.equals(ISTIO_SYSTEM) ? name : name + "-" + namespace;
    }

    /** What two of them would share, or what cannot be called so; a line each. */
    static List<String> problems(Tenancy tenancy) {
        List<String> problems = new ArrayList<>();
        Map<String, String> taken = new HashMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            if (IstioNames.SHARED_GATEWAY_CLASSES.contains(gatewayClass(usergroup))) {
                problems.add(
                        "usergroup %s: GatewayClass %s (expected: another gatewayClass; every istiod makes that class)"
                                .formatted(usergroup.name(), gatewayClass(usergroup)));
            }
            for (String revision : usergroup.revisions()) {
                String release = IstioNames.istiod(revision);
                if (release.length() > HelmRelease.MAX_NAME) {
                    problems.add(
                            "revision %s: helm release %s has %d characters (expected: at most %d; a shorter revision)"
                                    .formatted(revision, release, release.length(), HelmRelease.MAX_NAME));
                }
                String owner = "revision " + revision + " in system namespace " + usergroup.systemNamespace();
                reserved(revision, "revision", problems);
                claim(taken, "ClusterRole " + istiodRole(revision, usergroup.systemNamespace()), owner, problems);
                claim(taken, "MutatingWebhookConfiguration " + injector(usergroup, revision), owner, problems);
            }
            for (String tag : new TreeMap<>(usergroup.tags()).keySet()) {
                reserved(tag, "tag", problems);
                String owner = "tag " + tag + " in system namespace " + usergroup.systemNamespace();
                claim(taken, "MutatingWebhookConfiguration " + tagWebhook(usergroup, tag), owner, problems);
            }
        }
        return problems;
    }

    private static void reserved(String name, String what, List<String> problems) {
        if (name.equals(DEFAULT)) {
            problems.add(what
                    + " default (expected: another name, because this one also injects namespaces of no usergroup)");
        }
    }

    private static void claim(Map<String, String> taken, String name, String owner, List<String> problems) {
        String other = taken.putIfAbsent(name, owner);
        if (other != null) {
            problems.add("%s: %s, as for %s (expected: names that differ; rename a revision or a system namespace)"
                    .formatted(owner, name, other));
        }
    }
}
