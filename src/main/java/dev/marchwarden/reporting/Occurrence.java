package dev.marchwarden.reporting;

import dev.marchwarden.admission.AdmissionRequest;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.DnsName;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A denial or warning, in the words that users of its namespace may read: the object and the field, which are
 * in that namespace, the author and the rule. Neither the field's value nor the reason, which may name objects of another usergroup.
 *
 * @param namespace of the object, or the Namespace itself; empty where there is none that an Event could be in
 * @param denied whether it was denied; warned of otherwise
 * @param author as the API server names them, fit for a line
 */
record Occurrence(String namespace, boolean denied, String rule, String author, String message) {
    private static final Pattern NAMESPACE = Pattern.compile(DnsName.LABEL);
    private static final int MAX_AUTHOR = 200;
    private static final int MAX_PATH = 200;

    Occurrence {
        if (!NAMESPACE.matcher(namespace).matches()) {
            namespace = "";
        }
    }

    /** One for each rule that led to the verdict; none for a dry run, which must have no effects. */
    static List<Occurrence> of(Outcome outcome) {
        boolean denied = outcome.verdict() == Verdict.DENIED;
        AdmissionRequest request = outcome.request();
        if ((!denied && outcome.verdict() != Verdict.WARNED)
                || outcome.webhook() != Webhook.VALIDATE
                || request.dryRun()) {
            return List.of();
        }
        Set<RuleName> said = EnumSet.noneOf(RuleName.class);
        List<Occurrence> all = new ArrayList<>();
        for (RuleFinding finding : outcome.findings().at(denied ? Enforcement.DENY : Enforcement.WARN)) {
            if (said.add(finding.violation().rule())) {
                all.add(of(request, finding, denied));
            }
        }
        return all;
    }

    private static Occurrence of(AdmissionRequest request, RuleFinding finding, boolean denied) {
        String rule = finding.violation().rule().spelling();
        String author = Quoted.printable(request.user().name(), MAX_AUTHOR);
        String message = author + ": " + Quoted.bare(request.operation()) + " of " + Quoted.bare(request.kind()) + " "
                + Quoted.bare(request.objectName()) + (denied ? " is denied" : " is admitted with a warning") + " by "
                + rule + " because of " + Quoted.printable(finding.violation().path(), MAX_PATH)
                + ". `marchwarden explain " + rule + "` tells more.";
        return new Occurrence(namespace(request, denied), denied, rule, author, message);
    }

    private static String namespace(AdmissionRequest request, boolean denied) {
        if (!request.group().isEmpty() || !request.kind().equals("Namespace")) {
            return request.namespace();
        }
        return denied && request.operation().equals("CREATE") ? "" : request.objectName();
    }

    String reason() {
        return denied ? "WriteDenied" : "WriteWarned";
    }
}
