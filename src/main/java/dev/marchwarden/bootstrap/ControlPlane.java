package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.Usergroup;

/**
 * One istiod: a revision of a usergroup.
 *
 * @param values for its chart, all that are set
 */
record ControlPlane(Usergroup usergroup, String revision, Chart chart, ObjectNode values) {
    /** One release may be upgraded while another stays: that is what revisions are for. */
    String releaseName() {
        return IstioNames.istiod(revision);
    }

    String trustDomain() {
        return values.at(ReservedValue.pointer(TrustDomains.PATH)).asText();
    }

    /** Whether webhooks are called again when others changed a pod; the chart's default is never. */
    String reinvocationPolicy() {
        return values.at("/sidecarInjectorWebhook/reinvocationPolicy").asText("Never");
    }

    HelmRelease release() {
        return new HelmRelease(releaseName(), usergroup.systemNamespace(), chart, values);
    }
}
