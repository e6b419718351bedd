package dev.marchwarden.tenancy;

import dev.marchwarden.tenancy.Section.Located;
import dev.marchwarden.tenancy.Section.Problems;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads {@code spec.usergroups} of a tenancy file, and checks that no two usergroups claim the same name. */
final class UsergroupSection {
    private final Problems problems;
    private final Set<String> protectedNamespaces;

    private final Map<String, Located<String>> names = new HashMap<>();
    private final Map<String, Located<String>> systemNamespaces = new HashMap<>();
    private final Map<String, Located<String>> revisionsAndTags = new HashMap<>();
    private final Map<String, Located<String>> gatewayClasses = new HashMap<>();

    UsergroupSection(Problems problems, Set<String> protectedNamespaces) {
        this.problems = problems;
        this.protectedNamespaces = protectedNamespaces;
    }

    /** The usergroups of which enough is right to speak of; what is wrong with them and the others is among the problems. */
    List<Usergroup> read(List<Section> sections) {
        List<Usergroup> usergroups = new ArrayList<>();
        for (Section section : sections) {
            try (section) {
                usergroup(section).ifPresent(usergroups::add);
            }
        }
        return usergroups;
    }

    /** The names of all usergroups that have been read, those among them of which something else is wrong. */
    Set<String> names() {
        return names.keySet();
    }

    private Optional<Usergroup> usergroup(Section section) {
        String name = section.required("name", section.has("revisions") ? Syntax.DNS_LABEL : Syntax.REVISION);
        boolean named = !name.isEmpty()
                && claim(
                        names,
                        new Located<>(name, section.lineOf("name"), section.pathOf("name")),
                        "a name that no other usergroup has");
        Optional<Located<String>> systemNamespace =
                systemNamespace(section, named ? byDefault("systemNamespace", name, section) : Optional.empty());
        List<String> revisions = revisions(section, named ? byDefault("revisions", name, section) : Optional.empty());
        Map<String, String> tags = tags(section, revisions);
        Subjects owners = subjects(section, "owners");
        Subjects meshAdmins = subjects(section, "meshAdmins");
        Isolation isolation = section.choice("isolation", UsergroupSection::isolation, "usergroup, namespace")
                .orElse(Isolation.USERGROUP);
        String gatewayClass = gatewayClass(section, named ? name : "");
        ExternalHosts externalHosts = externalHosts(section);
        if (!named || systemNamespace.isEmpty() || revisions.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Usergroup(
                name,
                systemNamespace.get().value(),
                revisions,
                tags,
                owners,
                meshAdmins,
                isolation,
                gatewayClass,
                externalHosts));
    }

    /** What holds where the key is left out; of a name that is wrong itself nothing follows. */
    private static Optional<Located<String>> byDefault(String key, String name, Section section) {
        return section.has(key)
                ? Optional.empty()
                : Optional.of(new Located<>(name, section.lineOf("name"), section.pathOf(key)));
    }

    private Optional<Located<String>> systemNamespace(Section section, Optional<Located<String>> byDefault) {
        Optional<Located<String>> namespace =
                section.text("systemNamespace", Syntax.DNS_LABEL).or(() -> byDefault);
        namespace.ifPresent(claim -> {
            if (protectedNamespaces.contains(claim.value())) {
                problems.add(
                        claim.line(),
                        claim.path(),
                        Quoted.of(claim.value()),
                        "a namespace that is not among protectedNamespaces, because those never join a mesh");
            }
            claim(systemNamespaces, claim, "a system namespace that no other usergroup has");
        });
        return namespace;
    }

    private List<String> revisions(Section section, Optional<Located<String>> byDefault) {
        List<Located<String>> revisions = section.has("revisions")
                ? section.texts("revisions", Syntax.REVISION)
                : byDefault.stream().toList();
        revisions.forEach(revision -> claim(revisionsAndTags, revision, "a revision that is given once"));
        return revisions.stream().map(Located::value).toList();
    }

    private Map<String, String> tags(Section section, List<String> revisions) {
        Map<String, String> tags = new LinkedHashMap<>();
        Section itsTags = section.section("tags");
        for (String tag : itsTags.keys()) {
            Located<String> located = new Located<>(tag, itsTags.lineOf(tag), itsTags.pathOf(tag));
            if (!Syntax.REVISION.accepts().test(tag)) {
                problems.add(located.line(), located.path(), Quoted.of(tag), Syntax.REVISION.description());
                continue;
            }
            claim(revisionsAndTags, located, "a tag that is no other tag or revision");
            itsTags.text(tag, Syntax.REVISION).ifPresent(revision -> {
                if (!revisions.contains(revision.value()) && !revisions.isEmpty()) {
                    problems.add(
                            revision.line(),
                            revision.path(),
                            Quoted.of(revision.value()),
                            "one of the usergroup's own revisions, for example " + Quoted.of(revisions.getFirst()));
                }
                tags.put(tag, revision.value());
            });
        }
        return tags;
    }

    /** @param name empty where it is wrong itself: nothing follows from it then */
    private String gatewayClass(Section section, String name) {
        Optional<Located<String>> gatewayClass = section.text("gatewayClass", Syntax.DNS_NAME);
        if (!section.has("gatewayClass") && !name.isEmpty()) {
            gatewayClass = Optional.of(new Located<>(
                    Usergroup.defaultGatewayClass(name), section.lineOf("name"), section.pathOf("gatewayClass")));
        }
        gatewayClass.ifPresent(claim -> claim(gatewayClasses, claim, "a class that no other usergroup has"));
        return gatewayClass.map(Located::value).orElse("");
    }

    private static ExternalHosts externalHosts(Section section) {
        String key = "externalHosts";
        if (!section.has(key)) {
            return ExternalHosts.any();
        }
        if (!section.isMap(key)) {
            return ExternalHosts.of(hosts(section, key));
        }
        Map<String, Set<String>> byNamespace = new LinkedHashMap<>();
        Section namespaces = section.section(key);
        for (String namespace : namespaces.keys()) {
            if (!Syntax.DNS_LABEL.accepts().test(namespace)) {
                namespaces.wrong(
                        new Located<>(namespace, namespaces.lineOf(namespace), namespaces.pathOf(namespace)),
                        Syntax.DNS_LABEL.description());
            }
            byNamespace.put(namespace, hosts(namespaces, namespace));
        }
        return ExternalHosts.of(byNamespace);
    }

    private static Set<String> hosts(Section section, String key) {
        return section.texts(key, Syntax.EXTERNAL_HOST).stream()
                .map(Located::value)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Subjects subjects(Section section, String key) {
        try (Section subjects = section.section(key)) {
            Set<String> users = subjects.set("users", Syntax.SUBJECT);
            Set<String> groups = subjects.set("groups", Syntax.SUBJECT);
            return new Subjects(users == null ? Set.of() : users, groups == null ? Set.of() : groups);
        }
    }

    private static Optional<Isolation> isolation(String spelling) {
        return Arrays.stream(Isolation.values())
                .filter(isolation -> isolation.spelling().equals(spelling))
                .findFirst();
    }

    /** Whether nobody claimed it before. */
    private boolean claim(Map<String, Located<String>> claimed, Located<String> claim, String expected) {
        Located<String> first = claimed.putIfAbsent(claim.value(), claim);
        if (first != null) {
            problems.add(
                    claim.line(),
                    claim.path(),
                    Quoted.of(claim.value()),
                    expected + "; line " + first.line() + " has it");
        }
        return first == null;
    }
}
