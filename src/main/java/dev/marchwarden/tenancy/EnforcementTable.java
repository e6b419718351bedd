package dev.marchwarden.tenancy;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The enforcement of every rule for every usergroup. The most specific setting wins: the usergroup's own for the rule, the usergroup's
 * default, the cluster's for the rule, the cluster's default.
 *
 * @param cluster what holds where a usergroup says nothing
 * @param usergroups what single usergroups say, by their name
 */
public record EnforcementTable(EnforcementSettings cluster, Map<String, EnforcementSettings> usergroups) {
    public static final EnforcementTable DENY_ALL =
            new EnforcementTable(new EnforcementSettings(Enforcement.DENY, Map.of()), Map.of());

    public EnforcementTable {
        usergroups = Map.copyOf(usergroups);
    }

    /**
     * The same once the default of each of these usergroups, and the cluster's, is {@code deny}. Rules that are named keep their level, as
     * far as a usergroup's default leaves it to them.
     */
    EnforcementTable denying(Collection<String> names) {
        Map<String, EnforcementSettings> all = new HashMap<>();
        names.forEach(name -> all.put(name, denying(usergroups.getOrDefault(name, EnforcementSettings.NONE))));
        return new EnforcementTable(denying(cluster), all);
    }

    private static EnforcementSettings denying(EnforcementSettings settings) {
        return new EnforcementSettings(Enforcement.DENY, settings.rules());
    }

    /** The default of a usergroup: its own, else the cluster's. */
    public Enforcement blanket(String usergroup) {
        Enforcement own =
                usergroups.getOrDefault(usergroup, EnforcementSettings.NONE).blanket();
        Enforcement level = own == null ? cluster.blanket() : own;
        return level == null ? Enforcement.DENY : level;
    }

    /**
     * The level for a violation. Where it concerns several usergroups the strictest of theirs holds, so that a usergroup that is still
     * on its way in opens no way into one that is protected.
     *
     * @param concerned names of the usergroups that the violation touches; may be empty
     */
    public Enforcement level(RuleName rule, Collection<String> concerned) {
        if (usergroups.isEmpty() || concerned.isEmpty()) {
            return clusterLevel(rule);
        }
        Enforcement strictest = Enforcement.OFF;
        for (String usergroup : concerned) {
            strictest = strictest.stricter(level(rule, usergroups.getOrDefault(usergroup, EnforcementSettings.NONE)));
        }
        return strictest;
    }

    private Enforcement level(RuleName rule, EnforcementSettings own) {
        Enforcement named = own.rules().get(rule);
        if (named != null) {
            return named;
        }
        Enforcement blanket = own.blanket();
        // A blanket that would go beyond the rule's ceiling says nothing of this rule; who names the rule means it.
        return blanket == null || blanket.compareTo(rule.ceiling()) > 0 ? clusterLevel(rule) : blanket;
    }

    private Enforcement clusterLevel(RuleName rule) {
        Enforcement named = cluster.rules().get(rule);
        if (named != null) {
            return named;
        }
        Enforcement blanket = cluster.blanket();
        return blanket == null ? rule.ceiling() : blanket.milder(rule.ceiling());
    }
}
