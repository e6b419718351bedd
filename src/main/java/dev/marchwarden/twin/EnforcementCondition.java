package dev.marchwarden.twin;

import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When a violation of a rule leads to a given enforcement: a condition on the usergroups concerned, of which the strictest counts. */
final class EnforcementCondition {
    private static final String ALWAYS = "true";
    private static final String NEVER = "false";

    private final Tenancy tenancy;

    EnforcementCondition(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /**
     * @param concerned an expression: the list of names of the usergroups concerned
     * @return a conjunct to append to another expression, which is blank where each violation leads to this enforcement; empty where none does
     */
    Optional<String> of(RuleName rule, Enforcement enforcement, String concerned) {
        String reached = atLeast(rule, enforcement, concerned);
        String exceeded = switch (enforcement) {
            case DENY -> NEVER;
            case WARN -> atLeast(rule, Enforcement.DENY, concerned);
            case AUDIT, OFF -> atLeast(rule, Enforcement.WARN, concerned);
        };
        if (reached.equals(NEVER) || exceeded.equals(ALWAYS) || reached.equals(exceeded)) {
            return Optional.empty();
        }
        if (exceeded.equals(NEVER)) {
            return Optional.of(reached.equals(ALWAYS) ? "" : " && " + reached);
        }
        return Optional.of((reached.equals(ALWAYS) ? "" : " && " + reached) + " && !(" + exceeded + ")");
    }

    private String atLeast(RuleName rule, Enforcement enforcement, String concerned) {
        List<String> strict = new ArrayList<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            if (tenancy.enforcement().level(rule, List.of(usergroup.name())).compareTo(enforcement) >= 0) {
                strict.add(usergroup.name());
            }
        }
        boolean elsewhere = tenancy.enforcement().level(rule, List.of()).compareTo(enforcement) >= 0;
        if (strict.size() == tenancy.usergroups().size() && elsewhere) {
            return ALWAYS;
        }
        if (strict.isEmpty() && !elsewhere) {
            return NEVER;
        }
        String some = concerned + ".exists(name, name in " + CelText.list(strict) + ")";
        return elsewhere ? "(" + concerned + ".size() == 0 || " + some + ")" : some;
    }
}
