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
            if (!exceptions.get(i).holdsAt(now)) {
                warnings.add(
                        "spec.exceptions[%d] has no effect: it ended at %s (fix: remove it, or set a later `until`)"
                                .formatted(i, exceptions.get(i).end()));
            }
        }
        return warnings;
    }
}
