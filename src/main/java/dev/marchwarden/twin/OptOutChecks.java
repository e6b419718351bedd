package dev.marchwarden.twin;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.List;

/** Pods without a proxy, or that bypass it, in namespaces whose pods have one. Its containers are for the webhook. */
final class OptOutChecks {
    private static final String CAPTURE = "traffic.sidecar.istio.io/";

    /** Narrow what the proxy captures. */
    private static final List<String> CAPTURED =
            List.of(CAPTURE + "includeInboundPorts", CAPTURE + "includeOutboundIPRanges");

    /** Pass the proxy by. */
    private static final List<String> UNCAPTURED = List.of(
            CAPTURE + "excludeInboundPorts",
            CAPTURE + "excludeOutboundPorts",
            CAPTURE + "excludeOutboundIPRanges",
            CAPTURE + "excludeInterfaces",
            CAPTURE + "kubevirtInterfaces",
            "istio.io/reroute-virtual-interfaces",
            "status.sidecar.istio.io/port");

    private static final String OWN_PORT = BlankPattern.around("(0|15020|15021|15090)?");
    private static final String NO_PROXY =
            "the pod would have no proxy: no mutual TLS, and no policy of the mesh applies to it";
    private static final String PASSED_BY =
            "this traffic would bypass the proxy: no mutual TLS, and no policy of the mesh applies to it";

    List<CelCheck> all() {
        List<CelCheck> all = new ArrayList<>();
        PodField label = PodField.label(IstioAnnotations.SIDECAR_INJECT);
        // What istiod deploys for a Gateway is a proxy already. Who deployed it is for the webhook to find out.
        all.add(check(
                label,
                label.text() + " == 'false' && !(" + CelText.literal(IstioNames.MANAGED_GATEWAY)
                        + " in variables.podLabels)",
                "\"true\", or nothing",
                NO_PROXY));
        // The label is above the annotation, in the state before too.
        PodField annotation = PodField.annotation(IstioAnnotations.SIDECAR_INJECT);
        String inject = CelText.literal(IstioAnnotations.SIDECAR_INJECT);
        PodField counted = new PodField(
                annotation.place(),
                "(" + inject + " in variables.podLabels ? optional.none() : " + annotation.now() + ")",
                "(" + inject + " in variables.oldPodLabels ? optional.none() : " + annotation.before() + ")");
        all.add(check(counted, counted.text() + " == 'false'", "\"true\", or nothing", NO_PROXY));
        PodField hostNetwork = PodField.ofSpec("hostNetwork");
        all.add(check(hostNetwork, hostNetwork.text() + " == 'true'", "nothing", NO_PROXY));
        for (String key : CAPTURED) {
            PodField field = PodField.annotation(key);
            all.add(check(
                    field,
                    field.matches("^" + BlankPattern.around("\\*") + "$", false),
                    "\"*\", or nothing",
                    PASSED_BY));
        }
        for (String key : UNCAPTURED) {
            PodField field = PodField.annotation(key);
            all.add(check(field, field.matches("^" + OWN_PORT + "(," + OWN_PORT + ")*$", false), "nothing", PASSED_BY));
        }
        for (String path : List.of("securityContext.runAsUser", "securityContext.runAsGroup")) {
            PodField field = PodField.ofSpec(path);
            all.add(check(
                    field,
                    field.text() + " == '1337'",
                    "another number: 1337 is the proxy's, whose traffic is not captured",
                    PASSED_BY));
        }
        return all;
    }

    private static CelCheck check(PodField field, String violated, String expected, String because) {
        return field.check(RuleName.INJECTION_OPT_OUT, "variables.isInMesh && " + violated, expected, because);
    }
}
