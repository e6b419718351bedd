package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.finding.Severity;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Each namespace is read by one control plane and injected by the same one, or by none at all. */
final class DiscoverySelection implements Check {
    private static final String NAME = "one-control-plane";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        List<String> outside = new ArrayList<>();
        for (ObservedNamespace namespace : snapshot.namespaces()) {
            if (namespace.isTerminating() || snapshot.isMislabelled(namespace)) {
                continue;
            }
            Usergroup usergroup = snapshot.usergroup(namespace);
            Finding finding = usergroup == null ? ofNobody(snapshot, namespace) : of(snapshot, namespace, usergroup);
            if (usergroup == null && finding.severity() == Severity.OK) {
                outside.add(namespace.name());
            } else {
                findings.add(finding);
            }
        }
        if (!outside.isEmpty()) {
            findings.add(Finding.ok(
                    NAME,
                    outside.size() + (outside.size() == 1 ? " other namespace" : " other namespaces"),
                    "of no usergroup: " + NameList.some(outside)));
        }
        return findings;
    }

    private static Finding of(Snapshot snapshot, ObservedNamespace namespace, Usergroup usergroup) {
        String name = namespace.name();
        String key = snapshot.tenancy().usergroupLabel();
        Set<String> readers = readers(snapshot, namespace);
        if (!readers.contains(usergroup.systemNamespace())) {
            return Finding.error(
                    NAME,
                    name,
                    "no istiod of usergroup " + usergroup.name() + " reads it, though it is labelled " + key + "="
                            + usergroup.name(),
                    FixCommands.APPLY);
        }
        if (readers.size() > 1) {
            readers.remove(usergroup.systemNamespace());
            return Finding.error(
                    NAME,
                    name,
                    "also read by another control plane: " + String.join(", ", readers)
                            + "; they overwrite each other's root certificate",
                    readers.stream().allMatch(reader -> snapshot.tenancy().systemNamespaceOwner(reader) != null)
                            ? FixCommands.APPLY
                            : "give that control plane discoverySelectors that leave out " + key + "="
                                    + usergroup.name());
        }
        List<IstioWebhook> injectors = injectors(snapshot, namespace);
        boolean isSystem = name.equals(usergroup.systemNamespace());
        String label = namespace.label(MeshLabels.REVISION);
        if (injectors.isEmpty()) {
            return isSystem
                    ? Finding.ok(NAME, name, "read by " + usergroup.name() + ", injected by none: its system namespace")
                    : uninjected(namespace, usergroup);
        }
        List<IstioWebhook> foreign = injectors.stream()
                .filter(webhook -> !usergroup.equals(snapshot.owner(webhook)))
                .toList();
        if (!foreign.isEmpty() || injectors.size() > 1) {
            List<IstioWebhook> wrong = foreign.isEmpty() ? injectors : foreign;
            boolean isLabelled = namespace.label(MeshLabels.INJECTION).isEmpty()
                    && !Snapshot.revision(usergroup, label).isEmpty();
            return Finding.error(
                    NAME,
                    name,
                    "read by " + usergroup.name() + ", but injected by "
                            + String.join(
                                    ", ",
                                    wrong.stream()
                                            .map(IstioWebhook::target)
                                            .distinct()
                                            .toList()) + " ("
                            + Injectors.configurations(wrong) + ")",
                    isLabelled
                            ? FixCommands.leaveOut(snapshot, wrong.getFirst(), "mutatingwebhookconfiguration")
                            : relabel(usergroup, namespace));
        }
        return Finding.ok(
                NAME,
                name,
                "read by " + usergroup.name() + ", injected by "
                        + injectors.getFirst().target() + " (" + MeshLabels.REVISION + "=" + label + ")");
    }

    /** Its label leads nowhere, or something overrides it. */
    private static Finding uninjected(ObservedNamespace namespace, Usergroup usergroup) {
        String label = namespace.label(MeshLabels.REVISION);
        String injection = namespace.label(MeshLabels.INJECTION);
        String found;
        if (!injection.isEmpty()) {
            found = "its label " + MeshLabels.INJECTION + "=" + injection + " overrides " + MeshLabels.REVISION
                    + ": its pods get no sidecar";
        } else if (label.isEmpty()) {
            found = "no label " + MeshLabels.REVISION + ": its pods get no sidecar";
        } else if (Snapshot.revision(usergroup, label).isEmpty()) {
            found = MeshLabels.REVISION + "=" + label + " is no revision or tag of usergroup " + usergroup.name()
                    + ": its pods get no sidecar";
        } else {
            return Finding.error(
                    NAME,
                    namespace.name(),
                    "no webhook injects for " + MeshLabels.REVISION + "=" + label,
                    FixCommands.APPLY);
        }
        return Finding.error(NAME, namespace.name(), found, relabel(usergroup, namespace));
    }

    private static String relabel(Usergroup usergroup, ObservedNamespace namespace) {
        String label = namespace.label(MeshLabels.REVISION);
        return "`kubectl label namespace " + namespace.name()
                + (namespace.label(MeshLabels.INJECTION).isEmpty() ? "" : " " + MeshLabels.INJECTION + "-") + " "
                + MeshLabels.REVISION + "="
                + (Snapshot.revision(usergroup, label).isEmpty() ? usergroup.defaultRevision() : label)
                + " --overwrite`, and restart its workloads";
    }

    /** In a mesh it has no business in, or labelled as if it had one. */
    private static Finding ofNobody(Snapshot snapshot, ObservedNamespace namespace) {
        Tenancy tenancy = snapshot.tenancy();
        String name = namespace.name();
        String label = namespace.label(tenancy.usergroupLabel());
        String revision = namespace.label(MeshLabels.REVISION);
        String unlabel =
                "`kubectl label namespace " + name + " " + tenancy.usergroupLabel() + "- " + MeshLabels.REVISION + "- "
                        + MeshLabels.INJECTION + "-`, or `marchwarden bootstrap assign " + name + " --usergroup ...`";
        List<IstioWebhook> injectors = injectors(snapshot, namespace).stream()
                .filter(webhook -> snapshot.owner(webhook) != null)
                .toList();
        if (!injectors.isEmpty()) {
            return Finding.error(
                    NAME,
                    name,
                    "of no usergroup, but injected by " + injectors.getFirst().target() + " ("
                            + injectors.getFirst().configuration() + ")",
                    unlabel);
        }
        List<String> readers = readers(snapshot, namespace).stream()
                .filter(reader -> tenancy.systemNamespaceOwner(reader) != null)
                .toList();
        if (!readers.isEmpty()) {
            return Finding.error(
                    NAME, name, "of no usergroup, but read by " + String.join(", ", readers), FixCommands.APPLY);
        }
        if (!label.isEmpty()) {
            return Finding.warning(
                    NAME,
                    name,
                    "labelled " + tenancy.usergroupLabel() + "=" + label + ", which is no usergroup of the tenancy",
                    unlabel);
        }
        if (tenancy.servedBy(revision) != null) {
            return Finding.warning(
                    NAME,
                    name,
                    "labelled " + MeshLabels.REVISION + "=" + revision + " without a usergroup; nothing injects it",
                    unlabel);
        }
        return Finding.ok(NAME, name, "of no usergroup");
    }

    /** Namespaces of the control planes that read it: the revisions of one are one. */
    private static Set<String> readers(Snapshot snapshot, ObservedNamespace namespace) {
        TreeSet<String> readers = new TreeSet<>();
        snapshot.istiods().stream()
                .filter(istiod -> istiod.discovers(namespace.labels()))
                .forEach(istiod -> readers.add(istiod.namespace()));
        return readers;
    }

    private static List<IstioWebhook> injectors(Snapshot snapshot, ObservedNamespace namespace) {
        return snapshot.injectors().stream()
                .filter(webhook -> webhook.takes(namespace.labels(), Map.of()))
                .toList();
    }
}
