package dev.marchwarden.twin;

import static dev.marchwarden.istio.MeshLabels.DATAPLANE_MODE;

import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.List;

/** Labels and annotations that rebuild the proxy of a pod, or change how others see it. What is written inside a value is for the webhook. */
final class ProxyChecks {
    private static final List<String> REBUILDING = List.of(
            "sidecar.istio.io/bootstrapOverride", "sidecar.istio.io/discoveryAddress", "sidecar.istio.io/proxyImage");

    private static final String TEMPLATE = BlankPattern.around("(sidecar|gateway)");

    List<CelCheck> all() {
        List<CelCheck> all = new ArrayList<>();
        PodField templates = PodField.annotation("inject.istio.io/templates");
        all.add(check(
                templates,
                templates.matches("(^|,)" + TEMPLATE + "(,|$)", false),
                "a list with sidecar or gateway, or nothing",
                "what another template does to the pod is unknown"));
        for (String key : REBUILDING) {
            all.add(check(PodField.annotation(key), "true", "nothing", "the proxy would run something of the author"));
        }
        PodField interception = PodField.annotation(IstioAnnotations.INTERCEPTION_MODE);
        all.add(check(
                interception,
                interception.matches("^" + BlankPattern.around("NONE") + "$", true),
                "REDIRECT, TPROXY or nothing",
                "all traffic would bypass the proxy"));
        PodField tls = PodField.label("security.istio.io/tlsMode");
        all.add(check(
                tls, tls.text() + " != 'istio'", "istio, or nothing", "clients would speak plain text to this pod"));
        PodField dataplane = PodField.label(DATAPLANE_MODE);
        all.add(check(
                dataplane,
                dataplane.text() + " != 'none'",
                "none, or no value",
                "the pod's traffic would go through the node's ztunnel, whichever mesh that is"));
        return all;
    }

    private static CelCheck check(PodField field, String violated, String expected, String because) {
        return field.check(RuleName.PROXY_OVERRIDE, "variables.home != null && " + violated, expected, because);
    }
}
