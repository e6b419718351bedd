package dev.marchwarden.cel;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The variable {@code authorizer} of Kubernetes: a stand-in that knows what is granted. A chain of calls is a map in the making; the last
 * call looks it up.
 */
public final class Authorizer {
    private static final String GRANTED = "granted";
    private static final String CHECK = "check";

    private Authorizer() {}

    /** @param granted verb and name, as in {@code use usergroup-1}, of usergroups.marchwarden.dev */
    public static Map<String, Object> granting(Set<String> granted) {
        return Map.of(GRANTED, granted.stream().sorted().toList());
    }

    static List<CelFunctionDecl> declarations() {
        return List.of(
                step("group"),
                step("resource"),
                step("name"),
                step(CHECK),
                CelFunctionDecl.newFunctionDeclaration(
                        "allowed",
                        CelOverloadDecl.newMemberOverload("decision_allowed", SimpleType.BOOL, SimpleType.DYN)));
    }

    private static CelFunctionDecl step(String name) {
        return CelFunctionDecl.newFunctionDeclaration(
                name,
                CelOverloadDecl.newMemberOverload(
                        "authorizer_" + name, SimpleType.DYN, SimpleType.DYN, SimpleType.STRING));
    }

    static List<CelFunctionBinding> bindings() {
        return List.of(
                stepped("group"),
                stepped("resource"),
                stepped("name"),
                stepped(CHECK),
                CelFunctionBinding.from("decision_allowed", Map.class, Authorizer::isAllowed));
    }

    private static CelFunctionBinding stepped(String name) {
        return CelFunctionBinding.from("authorizer_" + name, Map.class, String.class, (before, value) -> {
            Map<Object, Object> more = new HashMap<>((Map<?, ?>) before);
            more.put(name, value);
            return more;
        });
    }

    private static Object isAllowed(Map<?, ?> question) {
        boolean ours = "marchwarden.dev".equals(question.get("group")) && "usergroups".equals(question.get("resource"));
        if (!ours) {
            throw new AssertionError("no question that the webhook asks: " + question);
        }
        return question.get(GRANTED) instanceof List<?> granted
                && granted.contains(question.get(CHECK) + " " + question.get("name"));
    }
}
