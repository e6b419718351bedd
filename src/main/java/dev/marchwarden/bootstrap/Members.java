package dev.marchwarden.bootstrap;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The usergroup of each namespace, by its labels. */
public final class Members {
    private Members() {}

    /** Of each usergroup; its system namespace is among them, labelled or not yet. */
    public static Map<String, List<String>> of(List<Manifest> manifests, Tenancy tenancy) {
        Map<String, List<String>> members = new TreeMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            List<String> names = new ArrayList<>(List.of(usergroup.systemNamespace()));
            manifests.stream()
                    .filter(Manifest::isNamespace)
                    .filter(namespace -> usergroup.name().equals(label(namespace, tenancy.usergroupLabel())))
                    .map(Manifest::name)
                    .forEach(names::add);
            members.put(usergroup.name(), names.stream().distinct().sorted().toList());
        }
        return members;
    }

    private static String label(Manifest namespace, String key) {
        return namespace.object().path("metadata").path("labels").path(key).asText();
    }
}
