package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import dev.marchwarden.text.Quoted;

/** The verdict about a probe. What proves nothing is not green. */
record ProbeVerdict(Probe probe, FailureCause cause) {
    private static final int SHOWN = 160;

    private String subject() {
        return probe.from() + " to " + probe.to();
    }

    private String found() {
        return "%s from %s to %s: %s".formatted(probe.code(), probe.client(), probe.url(), probe.why());
    }

    /** The cause in words, with the client's where these are all there is. */
    static String why(FailureCause cause, ProbeResponse answer) {
        String shown = Quoted.line(answer.body(), SHOWN);
        return cause == FailureCause.ANSWERED || shown.isEmpty() ? cause.text() : cause.text() + ": " + shown;
    }

    /** Within a usergroup. */
    Finding within() {
        return cause == FailureCause.ANSWERED
                ? Finding.ok(Connectivity.CHECK, subject(), found())
                : Finding.error(Connectivity.CHECK, subject(), found(), fixWithin());
    }

    private String fixWithin() {
        return switch (cause) {
            case RBAC, FORBIDDEN, CLOSED ->
                "kubectl get authorizationpolicies -A: one of the usergroup or of its system namespace denies it";
            case FAILED_BEYOND, NO_ENDPOINT ->
                "is the server's pod ready, and does its application listen on the Service's targetPort?";
            case NOT_IN_REGISTRY, REJECTED_BY_SERVER ->
                "the client's istiod should know the server: are both namespaces of this usergroup, the"
                        + " Service exported to the client's, and no DestinationRule or PeerAuthentication against mutual TLS?";
            case OTHER_ROOT ->
                "the pods got their certificates from different roots: restart those that are older than the root";
            case RESET -> "is the client's traffic captured (excludeOutbound annotations)? Is the port named http?";
            case NAME_UNKNOWN ->
                "does DNS of the cluster work in the client's pod? Is spec.clusterDomain of the tenancy right?";
            case NOT_CONNECTED, TIMEOUT -> "kubectl get networkpolicies -A; is the server's pod ready?";
            default -> "logs of istio-proxy in both pods";
        };
    }

    /** @param reachedByItsOwn whether the server is known to answer its own usergroup */
    Finding across(boolean reachedByItsOwn) {
        return switch (cause) {
            case ANSWERED, FAILED_BEYOND, FORBIDDEN ->
                Finding.error(
                        Connectivity.CHECK,
                        subject(),
                        "the boundary is open: " + found(),
                        "is STRICT in force in %s (kubectl get peerauthentications -A), and does the server's proxy take its port (excludeInbound annotations)?"
                                .formatted(probe.to()));
            case RBAC ->
                Finding.error(
                        Connectivity.CHECK,
                        subject(),
                        found()
                                + "; so its proxy accepted the connection: by mutual TLS, if the meshes share a root, or in plain text",
                        "compare the roots (`verify` does), and check that STRICT is in force: only a policy keeps the boundary");
            case CLOSED ->
                Finding.error(
                        Connectivity.CHECK,
                        subject(),
                        "not proven: " + found(),
                        "is STRICT in force in %s (kubectl get peerauthentications -A)? Name the Service's port http, and ask again"
                                .formatted(probe.to()));
            case NAME_UNKNOWN, NO_ENDPOINT, UNCLEAR ->
                Finding.error(
                        Connectivity.CHECK,
                        subject(),
                        "not proven: " + found(),
                        "ask again once DNS and the server are in order; logs of istio-proxy in both pods");
            default -> refused(reachedByItsOwn);
        };
    }

    private Finding refused(boolean reachedByItsOwn) {
        return reachedByItsOwn
                ? Finding.ok(Connectivity.CHECK, subject(), "refused: " + found())
                : Finding.error(
                        Connectivity.CHECK,
                        subject(),
                        "not proven, because %s itself does not reach that server: ".formatted(probe.to()) + found(),
                        "fix the probe within %s first".formatted(probe.to()));
    }
}
