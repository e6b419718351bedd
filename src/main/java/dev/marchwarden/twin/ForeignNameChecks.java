package dev.marchwarden.twin;

import dev.marchwarden.tenancy.Isolation;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Names across the boundary that the tenancy itself knows: system namespaces and classes of Gateways. */
final class ForeignNameChecks {
    private static final String CLASS = "string(variables.spec.?gatewayClassName.orValue(''))";
    private static final String OLD_CLASS = "string(variables.oldSpec.?gatewayClassName.orValue(''))";
    private static final String EXPORTED = "variables.spec.?exportTo.orValue([])";
    private static final String NEW_EVERYWHERE =
            "'*' in " + EXPORTED + " && !('*' in variables.oldSpec.?exportTo.orValue([]))";

    private final Tenancy tenancy;

    ForeignNameChecks(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    List<Variable> variables() {
        Map<String, String> classes = new TreeMap<>();
        Map<String, String> owners = new TreeMap<>();
        Map<String, String> isolated = new TreeMap<>();
        for (Usergroup usergroup : tenancy.usergroups()) {
            String name = CelText.literal(usergroup.name());
            classes.put(usergroup.name(), CelText.literal(usergroup.gatewayClass()));
            owners.put(usergroup.gatewayClass(), name);
            if (usergroup.isolation() == Isolation.NAMESPACE) {
                isolated.put(usergroup.name(), CelText.literal(usergroup.systemNamespace()));
            }
        }
        return List.of(
                new Variable("gatewayClasses", CelText.map(classes)),
                new Variable("gatewayClassOwners", CelText.map(owners)),
                new Variable("isolatedUsergroups", CelText.map(isolated)),
                new Variable(
                        "isIsolated",
                        "variables.home != null && variables.system == null && variables.home in variables.isolatedUsergroups"),
                new Variable(
                        "gatewayClassOwner",
                        "request.kind.group == 'gateway.networking.k8s.io' && request.kind.kind == 'Gateway' && "
                                + CLASS
                                + " in variables.gatewayClassOwners ? dyn(variables.gatewayClassOwners[" + CLASS
                                + "]) : null"),
                // System namespaces that it was not exported to before.
                new Variable(
                        "foreignExports",
                        EXPORTED
                                + ".filter(name, name in variables.systemNamespaces && variables.systemNamespaces[name] !="
                                + " variables.home && !(name in variables.oldSpec.?exportTo.orValue([])))"),
                new Variable(
                        "thisSide",
                        "variables.home == null ? 'a namespace of no usergroup, for \"' + variables.namespaceName + '\" is in"
                                + " none' : variables.isIsolated ? '\"' + variables.namespaceName + '\" or \"' +"
                                + " string(variables.isolatedUsergroups[variables.home]) + '\", for usergroup ' +"
                                + " string(variables.home) + ' isolates its namespaces' : 'a namespace of usergroup ' +"
                                + " string(variables.home)"));
    }

    static List<CelCheck> all() {
        return List.of(gatewayClass(), systemNamespace(), everyNamespace());
    }

    private static CelCheck gatewayClass() {
        return check(
                "variables.gatewayClassOwner != null && variables.gatewayClassOwner != variables.home && " + OLD_CLASS
                        + " != " + CLASS,
                "[variables.home, variables.gatewayClassOwner].filter(name, name != null)",
                CelText.text("foreign-namespace: spec.gatewayClassName is \"${" + CLASS + "}\", expected ")
                        + " + (variables.home == null ? 'a class that no usergroup has' : string(variables.gatewayClasses[variables.home]) + ', the class of usergroup ' + string(variables.home)) + "
                        + CelText.text(
                                ": the control plane that serves this class does not see this namespace and would"
                                        + " never deploy the Gateway. Fix: ")
                        + " + (variables.home == null ? 'add the namespace to that usergroup, or use another class' : 'set spec.gatewayClassName: ' + string(variables.gatewayClasses[variables.home]))");
    }

    private static CelCheck systemNamespace() {
        return check(
                "variables.foreignExports.size() > 0",
                "([variables.home] + variables.foreignExports.map(name,"
                        + " dyn(variables.systemNamespaces[name]))).filter(name, name != null)",
                CelText.text(
                        "foreign-namespace: spec.exportTo is \"${variables.foreignExports[0]}\", expected ${variables.thisSide}: the control plane that reads this does not see that namespace, so it would have no effect. Fix: in"
                                + " spec.exportTo name ${variables.thisSide}, or remove it"));
    }

    private static CelCheck everyNamespace() {
        return check(
                "variables.isIsolated && " + NEW_EVERYWHERE,
                "[variables.home]",
                CelText.text(
                        "foreign-namespace: spec.exportTo is \"*\", expected ${variables.thisSide}: this means every namespace of"
                                + " the usergroup. Fix: in spec.exportTo write \".\""));
    }

    private static CelCheck check(String violated, String concerned, String message) {
        return new CelCheck(RuleName.FOREIGN_NAMESPACE, "!variables.deletes && " + violated, concerned, message);
    }
}
