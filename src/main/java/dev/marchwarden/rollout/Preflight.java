package dev.marchwarden.rollout;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.bootstrap.PlatformSelector;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tenancy.SharedServices;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a cluster before a plan is applied. */
public final class Preflight {
    /** Server-side apply is finished from then on. */
    private static final int OLDEST_MINOR = 22;

    private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+)\\..*");

    private final ClusterClient cluster;

    public Preflight(ClusterClient cluster) {
        this.cluster = cluster;
    }

    /** What is in the way, errors first. */
    public List<Finding> findings(DesiredState desired, ClusterState state, Plan plan, ClusterInventory survey)
            throws IOException {
        List<Finding> findings = new ArrayList<>();
        version(findings);
        findings.addAll(new RequiredRights(cluster).missing(plan));
        findings.addAll(new WebhookTenancy(cluster).findings(desired, plan));
        findings.addAll(new Ownership(cluster).findings(desired, state));
        findings.addAll(new ExistingIstio(desired.tenancy(), survey).findings());
        findings.addAll(new ExistingMembers(desired.tenancy(), survey, state).findings());
        platformSelectors(state, findings);
        apiServerAddress(desired, findings);
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return findings;
    }

    private static void platformSelectors(ClusterState state, List<Finding> findings) {
        state.objects().forEach((id, object) -> {
            List<String> labels = PlatformSelector.labels(object);
            if (!labels.isEmpty()) {
                findings.add(Finding.warning(
                        "platform-selector",
                        id.toString(),
                        "the platform adds a namespaceSelector: namespaces labelled " + String.join(" or ", labels)
                                + " are not seen by this webhook",
                        "forbid tenants to set these labels on namespaces; writing the object again does not help"));
            }
        });
    }

    /** Clients in pods connect to its address, which no name tells. */
    private void apiServerAddress(DesiredState desired, List<Finding> findings) throws IOException {
        SharedServices shared = desired.tenancy().sharedServices();
        Service service = desired.steps().stream().noneMatch(step -> step.name().endsWith("/shared-services"))
                ? null
                : cluster.find(Kind.SERVICE, "default", "kubernetes");
        for (String address :
                service == null ? List.<String>of() : service.getSpec().getClusterIPs()) {
            AddressRange range = AddressRange.parse(address);
            if (range != null && !shared.isShared(range)) {
                findings.add(Finding.warning(
                        "api-server-address",
                        "Service default/kubernetes",
                        "its address " + address
                                + " is not shared: clients that use the address instead of the"
                                + " name are refused by their proxies",
                        "add {hosts: [kubernetes.default.svc], addresses: [" + address + "]} to spec.sharedServices"));
            }
        }
    }

    private void version(List<Finding> findings) throws IOException {
        String version = cluster.version();
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            findings.add(Finding.warning(
                    "kubernetes-version",
                    "the API server",
                    "its version \"" + version + "\" is not known",
                    "expected: v1.N.N"));
        } else if (Integer.parseInt(parts.group(1)) < OLDEST_MINOR) {
            findings.add(Finding.error(
                    "kubernetes-version",
                    "the API server",
                    "it is Kubernetes " + version,
                    "expected: v1." + OLDEST_MINOR + " or newer, for server-side apply"));
        }
    }
}
