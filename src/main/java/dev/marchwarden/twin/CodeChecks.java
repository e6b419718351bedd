package dev.marchwarden.twin;

import dev.marchwarden.tenancy.RuleName;
import java.util.List;

/** Kinds that make proxies do whatever Envoy can, by somebody who is no mesh admin of the usergroup. */
final class CodeChecks {
    private static final String WHY = ": ${variables.author} may not configure the proxies of the mesh. Fix: ";

    List<CelCheck> all() {
        return List.of(
                check(
                        "EnvoyFilter",
                        "configPatches",
                        "dyn(variables.spec.?configPatches.orValue([])) !="
                                + " dyn(variables.oldSpec.?configPatches.orValue([]))"),
                check("WasmPlugin", "url", differs("url")),
                check("TrafficExtension", "wasm.url", differs("wasm.?url")),
                check("TrafficExtension", "lua.inlineCode", differs("lua.?inlineCode")),
                check(
                        "ProxyConfig",
                        "environmentVariables",
                        "dyn(variables.spec.?environmentVariables.orValue({})) !="
                                + " dyn(variables.oldSpec.?environmentVariables.orValue({}))"));
    }

    private static String differs(String field) {
        return "variables.spec.?%1$s != variables.oldSpec.?%1$s".formatted(field);
    }

    private static CelCheck check(String kind, String field, String changed) {
        return new CelCheck(
                RuleName.RAW_PROXY_CONFIG,
                "request.kind.kind == '" + kind + "' && !variables.deletes && " + changed
                        + " && !variables.decidesWhatProxiesRun",
                WorkloadChecks.HOME,
                CelText.text("raw-proxy-config: spec." + field + " is \"new, or changed\", expected ")
                        + " + (variables.home == null ? "
                        + CelText.text(
                                "no proxy configuration in a namespace of no usergroup, unless by a cluster admin" + WHY
                                        + "let the namespace join a usergroup first, then have a mesh admin of it write this")
                        + " : "
                        + CelText.text("a change by a mesh admin of usergroup ${variables.home}" + WHY
                                + "ask a mesh admin of ${variables.home} to write this, or use the API of Istio that is made"
                                + " for it")
                        + ")");
    }

    /** Whether the author may. */
    static Variable right() {
        return new Variable(
                "decidesWhatProxiesRun",
                "variables.home == null ? 'system:masters' in variables.groups : "
                        + AuthorRights.mayAdminister("variables.home"));
    }
}
