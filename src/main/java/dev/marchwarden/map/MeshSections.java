package dev.marchwarden.map;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.map.MeshMap.Mesh;
import dev.marchwarden.map.MeshMap.Revision;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.tenancy.ServicePort;
import dev.marchwarden.tenancy.SharedService;
import dev.marchwarden.tenancy.Subjects;
import dev.marchwarden.verification.RunningIstiod;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The usergroups, what they share, and what belongs to none of them. */
final class MeshSections {
    private static final String CROSSINGS = "Crossings";
    private static final String UNKNOWN = "not known";
    /** A longer list of namespaces is closed at first. */
    private static final int LONG = 20;

    private final Html html;
    private final MeshMap map;
    private final Map<String, Long> crossings;

    MeshSections(Html html, MeshMap map) {
        this.html = html;
        this.map = map;
        this.crossings = map.crossingsByNamespace();
    }

    void write() {
        html.open("section", "id", "usergroups", "aria-labelledby", "h-usergroups");
        html.element("h2", "Usergroups", "id", "h-usergroups")
                .open("div", "class", "meshes")
                .line();
        map.meshes().forEach(this::mesh);
        html.close().close().line();
        shared();
        unassigned();
    }

    private void mesh(Mesh mesh) {
        String name = mesh.usergroup().name();
        html.open("article", "class", "g mesh", "data-name", name).element("h3", name);
        verdict(mesh);
        html.open("dl");
        MapPage.entry(html, "System namespace", systemNamespace(mesh));
        MapPage.entry(html, "Root", root(mesh));
        MapPage.entry(html, "Isolation", "by " + mesh.usergroup().isolation().spelling());
        MapPage.entry(html, "Gateway class", mesh.usergroup().gatewayClass());
        MapPage.entry(html, "Owners", subjects(mesh.usergroup().owners()));
        MapPage.entry(html, "Mesh admins", subjects(mesh.usergroup().meshAdmins()));
        html.close();
        html.open("table").element("caption", "Control planes");
        columns("Revision", "Tags", "Version");
        for (Revision revision : mesh.revisions()) {
            html.open("tr").element("th", revision.name(), "scope", "row");
            html.element("td", revision.tags().isEmpty() ? "none" : String.join(", ", revision.tags()));
            html.element("td", revision.version().isEmpty() ? UNKNOWN : revision.version())
                    .close();
        }
        html.close().close();
        members(mesh.members());
        html.close().line();
    }

    private void verdict(Mesh mesh) {
        long count = map.crossingsFrom(mesh.usergroup().name());
        if (count > 0) {
            html.element("p", Count.of(count, "crossing"), "class", "bad");
        } else if (mesh.judged() == 0) {
            html.element("p", "No configuration and no workload of it was judged", "class", "none");
        } else if (map.complete()) {
            html.element("p", "No crossing among " + Count.of(mesh.judged(), "object"), "class", "ok");
        } else {
            html.element(
                    "p",
                    "No crossing among " + Count.of(mesh.judged(), "object") + ", but not everything was judged",
                    "class",
                    "none");
        }
    }

    private void members(List<NamespaceState> members) {
        if (members.isEmpty()) {
            html.element("p", "No namespaces", "class", "none");
            return;
        }
        html.open("details", members.size() > LONG ? new String[0] : new String[] {"open", ""});
        html.element("summary", Count.of(members.size(), "namespace"));
        html.open("table");
        columns("Namespace", "Revision label", CROSSINGS);
        html.line();
        for (NamespaceState member : members) {
            html.open("tr", "class", "r").element("th", title(member), "scope", "row");
            String revision = Findings.revision(member);
            html.element("td", revision.isEmpty() ? "none" : revision);
            crossings(member.name());
            html.close().line();
        }
        html.close().close().close();
    }

    private void crossings(String namespace) {
        Long count = crossings.get(namespace);
        html.element("td", count == null ? "" : count.toString(), "class", "n");
    }

    private static String title(NamespaceState namespace) {
        return namespace.name() + (namespace.terminating() ? " (terminating)" : "");
    }

    private String systemNamespace(Mesh mesh) {
        String name = mesh.usergroup().systemNamespace();
        NamespaceState state = mesh.systemNamespace().orElse(null);
        if (state == null) {
            return name + " (not among what was read)";
        }
        String label = state.label(map.tenancy().usergroupLabel());
        return title(state)
                + (mesh.usergroup().name().equals(label)
                        ? ""
                        : label == null ? " (without the usergroup label)" : " (with the label of " + label + ")");
    }

    private static String root(Mesh mesh) {
        String root = mesh.root().isEmpty() ? UNKNOWN : mesh.root();
        return mesh.sharingRoot().isEmpty() ? root : root + "; shared with " + String.join(", ", mesh.sharingRoot());
    }

    private static String subjects(Subjects subjects) {
        List<String> all = new ArrayList<>();
        new TreeSet<>(subjects.groups()).forEach(group -> all.add("group " + group));
        new TreeSet<>(subjects.users()).forEach(user -> all.add("user " + user));
        return all.isEmpty() ? "none in the tenancy" : String.join(", ", all);
    }

    private void columns(String... titles) {
        html.open("thead").open("tr");
        for (String title : titles) {
            boolean number = title.equals(CROSSINGS);
            html.element(
                    "th", title, number ? new String[] {"scope", "col", "class", "n"} : new String[] {"scope", "col"});
        }
        html.close().close().open("tbody");
    }

    private void shared() {
        html.open("section", "id", "shared", "class", "g", "aria-labelledby", "h-shared");
        html.element("h2", "Shared services", "id", "h-shared");
        html.element("p", "Every usergroup may use them, and none may claim them.");
        html.open("table");
        columns("Hosts", "Ports", "Addresses");
        html.line();
        for (SharedService service : map.tenancy().sharedServices().list()) {
            html.open("tr", "class", "r").element("th", String.join(", ", service.hosts()), "scope", "row");
            html.element(
                    "td",
                    joined(service.ports().stream().map(ServicePort::toString).toList()));
            html.element(
                    "td",
                    joined(service.addresses().stream()
                            .map(AddressRange::toString)
                            .toList()));
            html.close().line();
        }
        html.close().close().close().line();
    }

    private static String joined(List<String> texts) {
        return texts.isEmpty() ? "none" : String.join(", ", texts);
    }

    private void unassigned() {
        html.open("section", "id", "unassigned", "class", "g", "aria-labelledby", "h-unassigned");
        html.element("h2", "Unassigned", "id", "h-unassigned");
        if (map.unassigned().isEmpty()) {
            html.element("p", "Every namespace that was read belongs to a usergroup.");
        } else {
            html.open("details", map.unassigned().size() > LONG ? new String[0] : new String[] {"open", ""});
            html.element("summary", Count.of(map.unassigned().size(), "namespace") + " of no usergroup");
            html.open("table");
            columns("Namespace", "Labels", "Reason", CROSSINGS);
            html.line();
            for (NamespaceState namespace : map.unassigned()) {
                html.open("tr", "class", "r").element("th", title(namespace), "scope", "row");
                html.element("td", labels(namespace)).element("td", reason(namespace));
                crossings(namespace.name());
                html.close().line();
            }
            html.close().close().close();
        }
        if (!map.strayIstiods().isEmpty()) {
            html.open("table").element("caption", "Control planes that are not in the tenancy");
            columns("Deployment", "Revision", "Version");
            for (RunningIstiod istiod : map.strayIstiods()) {
                html.open("tr", "class", "r").element("th", istiod.namespace() + "/" + istiod.name(), "scope", "row");
                html.element("td", istiod.revision().isEmpty() ? "none" : istiod.revision());
                html.element("td", istiod.version().isEmpty() ? UNKNOWN : istiod.version())
                        .close();
            }
            html.close().close();
        }
        html.close().line();
    }

    private static String labels(NamespaceState namespace) {
        return new TreeMap<>(namespace.labels())
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(", "));
    }

    private String reason(NamespaceState namespace) {
        String label = namespace.label(map.tenancy().usergroupLabel());
        if (label != null) {
            return "the tenancy has no usergroup of this name";
        }
        if (map.tenancy().isProtected(namespace.name())) {
            return "protected: it belongs to the cluster";
        }
        return Findings.revision(namespace).isEmpty() ? "no usergroup label" : "a revision without a usergroup label";
    }
}
