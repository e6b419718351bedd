package dev.marchwarden.tenancy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What is valid in a tenancy but has no effect, and so is probably a mistake. */
public final class TenancyWarnings {
    private TenancyWarnings() {}

    /** One sentence each, with the path of the field and the fix. */
    public static List<String> of(Tenancy tenancy, Instant now) {
        List<String> warnings = new ArrayList<>();
        List<String> usergroups =
                tenancy.usergroups().stream().map(Usergroup::name).toList();
        for (String named : new TreeSet<>(tenancy.enforcement().usergroups().keySet())) {
            if (!usergroups.contains(named)) {
                warnings.add("spec.enforcement.usergroups.%s has no effect: there is no such usergroup (expected: %s)"
                        .formatted(named, UsergroupNames.meant(named, usergroups)));
            }
        }
        List<ExceptionEntry> exceptions = tenancy.exceptions();
        for (int i = 0; i < exceptions.size(); i++) {
            ExceptionEntry entry = exceptions.get(i);
            if (!entry.holdsAt(now)) {
                warnings.add(
                        "spec.exceptions[%d] has no effect: it ended at %s (fix: remove it, or set a later `until`)"
                                .formatted(i, entry.end()));
            }
            Usergroup owner = tenancy.systemNamespaceOwner(entry.namespace());
            if (owner != null && !owner.name().equals(entry.usergroup())) {
                warnings.add(
                        "spec.exceptions[%d] has no effect: namespace %s belongs to usergroup %s (fix: `usergroup: %s`, or a namespace of usergroup %s)"
                                .formatted(i, entry.namespace(), owner.name(), owner.name(), entry.usergroup()));
            }
        }
        return warnings;
    }
}
