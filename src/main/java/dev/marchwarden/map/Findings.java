package dev.marchwarden.map;

import dev.marchwarden.audit.ManifestCheck.Result;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.UnreadableDocument;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What was judged, object by object; of each only what a page shows is kept. */
public final class Findings {
    /**
     * What could not be read or judged.
     *
     * @param place file and line; empty where there is none
     * @param subject kind and name of an object; empty where there is none
     */
    record Unjudged(String place, String subject, String problem) {}

    /** What is kept of one object that was judged. */
    public static final class Judgement {
        private final String kind;
        private final boolean lookedAt;
        private final boolean isNamespace;
        private final String namespace;
        private final String usergroup;
        private final List<Crossing> crossings;
        private final @Nullable Unjudged problem;

        private Judgement(
                String kind,
                boolean lookedAt,
                boolean isNamespace,
                String namespace,
                String usergroup,
                List<Crossing> crossings,
                @Nullable Unjudged problem) {
            this.kind = kind;
            this.lookedAt = lookedAt;
            this.isNamespace = isNamespace;
            this.namespace = namespace;
            this.usergroup = usergroup;
            this.crossings = List.copyOf(crossings);
            this.problem = problem;
        }
    }

    private final Tenancy tenancy;
    private final Namespaces known;
    private final Set<String> namespaces = new TreeSet<>();
    private final List<Crossing> all = new ArrayList<>();
    private final List<Unjudged> unjudged = new ArrayList<>();
    private final Map<String, Integer> judged = new TreeMap<>();
    private final Map<String, Integer> notLookedAt = new TreeMap<>();
    /** Without Namespaces. */
    private final Map<String, Integer> judgedOf = new HashMap<>();

    /** @param known those that the objects were judged by */
    public Findings(Tenancy tenancy, Namespaces known) {
        this.tenancy = tenancy;
        this.known = known;
    }

    public void add(Result result) {
        add(judgement(result));
    }

    /** What is kept of a result. Changes nothing, so that it may be asked for again before it is added. */
    public Judgement judgement(Result result) {
        Manifest manifest = result.manifest();
        String namespace = manifest.isNamespace() ? manifest.name() : result.namespace();
        String usergroup = usergroup(namespace);
        Unjudged problem = result.problem().isEmpty()
                ? null
                : new Unjudged(Crossing.place(manifest, ""), manifest.kind() + " " + manifest.name(), result.problem());
        return new Judgement(
                manifest.kind(),
                result.lookedAt(),
                manifest.isNamespace(),
                namespace,
                usergroup,
                result.findings().stream()
                        .map(finding -> Crossing.of(result, finding, namespace, usergroup))
                        .toList(),
                problem);
    }

    public void add(Judgement judgement) {
        if (known.find(judgement.namespace) != null) {
            namespaces.add(judgement.namespace);
        }
        if (judgement.problem != null) {
            unjudged.add(judgement.problem);
        } else if (!judgement.lookedAt) {
            notLookedAt.merge(judgement.kind, 1, Integer::sum);
        } else {
            judged.merge(judgement.kind, 1, Integer::sum);
            if (!judgement.isNamespace) {
                judgedOf.merge(judgement.usergroup, 1, Integer::sum);
            }
            all.addAll(judgement.crossings);
        }
    }

    public void add(UnreadableDocument document) {
        unjudged.add(new Unjudged(document.file() + ":" + document.line(), "", document.problem()));
    }

    /** @param problem why objects could not be read, in one line */
    public void addUnread(String problem) {
        Unjudged unread = new Unjudged("", "", problem);
        if (!unjudged.contains(unread)) {
            unjudged.add(unread);
        }
    }

    private String usergroup(String namespace) {
        Usergroup usergroup = owner(namespace);
        return usergroup == null ? "" : usergroup.name();
    }

    /** Whose a namespace is: by its name where it is a system namespace, else by its label; null for none that the tenancy knows. */
    @Nullable
    Usergroup owner(String namespace) {
        return known.usergroupOf(namespace, tenancy);
    }

    Tenancy tenancy() {
        return tenancy;
    }

    /** Those that there are, or that are assumed, in the order of their names. */
    List<NamespaceState> namespaces() {
        return namespaces.stream().map(known::find).filter(Objects::nonNull).toList();
    }

    /** The revision label of a namespace; empty where it has none. */
    static String revision(NamespaceState namespace) {
        return Objects.requireNonNullElse(namespace.label(MeshLabels.REVISION), "");
    }

    /** What no right permits. */
    List<Crossing> crossings() {
        return all.stream()
                .filter(crossing -> !crossing.isPermittedToSome())
                .sorted(Crossing.ORDER)
                .toList();
    }

    /** What some right permits, that its author may have had. */
    List<Crossing> rights() {
        return all.stream()
                .filter(Crossing::isPermittedToSome)
                .sorted(Crossing.ORDER)
                .toList();
    }

    List<Unjudged> unjudged() {
        return List.copyOf(unjudged);
    }

    /** How many objects of each kind were judged. */
    Map<String, Integer> judged() {
        return Collections.unmodifiableMap(judged);
    }

    /** How many objects there are of each kind that no rule looks at. */
    Map<String, Integer> notLookedAt() {
        return Collections.unmodifiableMap(notLookedAt);
    }

    /** How many objects in namespaces of a usergroup were judged, Namespaces aside. */
    int judgedOf(Usergroup usergroup) {
        return judgedOf.getOrDefault(usergroup.name(), 0);
    }

    /** Whether nothing but Namespaces was judged, or nothing at all. */
    boolean isOfNamespacesOnly() {
        return judgedOf.isEmpty();
    }

    /** Whether everything could be read and judged. */
    public boolean isComplete() {
        return unjudged.isEmpty();
    }

    /** For people, in one line. */
    public String describe() {
        long rights = all.stream().filter(Crossing::isPermittedToSome).count();
        int objects = judged.values().stream().mapToInt(Integer::intValue).sum();
        return Count.of(namespaces.size(), "namespace") + ", " + Count.of(objects, "object") + " judged: "
                + Count.of(all.size() - rights, "crossing") + ", " + rights + " more that need a right, "
                + unjudged.size() + " not read or judged";
    }
}
