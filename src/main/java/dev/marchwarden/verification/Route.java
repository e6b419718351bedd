package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import java.util.Optional;

/** Where a webhook of a usergroup leads, and where it should. */
record Route(Snapshot snapshot, IstioWebhook webhook, String revision) {
    /** The revision that its Service leads to; empty where it leads nowhere. */
    private String behind() {
        return snapshot.revisionBehind(webhook.namespace(), webhook.service());
    }

    /**
     * Empty where nothing is wrong with it.
     *
     * @param where the webhook and its target, in words
     * @param otherwise what comes of it where nobody can be called
     */
    Optional<Finding> problem(String check, String subject, String where, String otherwise) {
        if (!behind().equals(revision)) {
            return Optional.of(Finding.error(
                    check,
                    subject,
                    where + (behind().isEmpty() ? ", a Service that leads nowhere" : ", which is revision " + behind()),
                    FixCommands.APPLY));
        }
        if (webhook.authority().isEmpty()) {
            return Optional.of(Finding.error(
                    check,
                    subject,
                    where + " without a caBundle: " + otherwise,
                    "`kubectl -n " + webhook.namespace() + " logs deploy/istiod-" + revision
                            + "` tells why it did not fill it in"));
        }
        return Optional.empty();
    }
}
