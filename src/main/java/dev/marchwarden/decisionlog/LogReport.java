package dev.marchwarden.decisionlog;

import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.PriorityQueue;

/** What auditors ask of a decision log: who was denied or warned, by which rule; which exemptions and exceptions were used; who joined what. */
public final class LogReport {
    /** Groups of each kind, and changes of membership, that are kept. */
    public static final int MOST = 5_000;

    private final int most;
    private final LineCounts lines = new LineCounts();
    private final DecisionCount all = new DecisionCount();
    private final Tally<String> byUser;
    private final Tally<String> byRule;
    private final Tally<String> byUsergroup;
    private final Tally<Instant> byHour;
    private final Tally<ExemptionUse> exemptions;
    private final Tally<ExceptionUse> exceptions;
    private final PriorityQueue<MembershipChange> changes = new PriorityQueue<>(MembershipChange.BY_TIME);
    private long earlierChanges;

    public LogReport() {
        this(MOST);
    }

    /** @param most see {@link #MOST} */
    LogReport(int most) {
        this.most = most;
        this.byUser = new Tally<>(most);
        this.byRule = new Tally<>(most);
        this.byUsergroup = new Tally<>(most);
        this.byHour = new Tally<>(most);
        this.exemptions = new Tally<>(most);
        this.exceptions = new Tally<>(most);
    }

    void add(LoggedDecision decision) {
        all.add(decision);
        Verdict verdict = decision.verdict();
        if (!verdict.allows() || verdict == Verdict.WARNED) {
            byUser.add(decision.user(), decision);
            byUsergroup.add(decision.usergroup().latest(), decision);
            byHour.add(decision.time().truncatedTo(ChronoUnit.HOURS), decision);
            List<String> rules = decision.leadingRules();
            (rules.isEmpty() ? List.of("") : rules).forEach(rule -> byRule.add(rule, decision));
        }
        if (verdict == Verdict.EXEMPTED) {
            addExemptions(decision);
        }
        if (verdict.allows()) {
            addExceptions(decision);
        }
        MembershipChange.of(decision).ifPresent(this::add);
    }

    private void addExemptions(LoggedDecision decision) {
        decision.rules()
                .forEach(rule -> exemptions.add(
                        new ExemptionUse(
                                decision.user(),
                                rule,
                                decision.usergroup().latest(),
                                decision.object().namespace()),
                        decision));
    }

    private void addExceptions(LoggedDecision decision) {
        LoggedDecision.ObjectReference object = decision.object();
        decision.exceptions()
                .forEach(used -> exceptions.add(
                        new ExceptionUse(
                                used.rule(),
                                decision.usergroup().latest(),
                                object.kind(),
                                object.namespace(),
                                object.name(),
                                used.field(),
                                used.until(),
                                used.ticket(),
                                used.reason()),
                        decision));
    }

    private void add(MembershipChange change) {
        changes.add(change);
        if (changes.size() > most) {
            changes.remove();
            earlierChanges++;
        }
    }

    public LineCounts lines() {
        return lines;
    }

    /** All decisions that the report is about. */
    public DecisionCount all() {
        return all;
    }

    /** Denials, errors and warnings, as in all of the four. */
    public Tally<String> byUser() {
        return byUser;
    }

    /** A decision counts for each rule that led to it; an error, which has none, for the empty text. */
    public Tally<String> byRule() {
        return byRule;
    }

    /** By the usergroup after the change, or before it where there is none after; the empty text for none at all. */
    public Tally<String> byUsergroup() {
        return byUsergroup;
    }

    /** By the beginning of the hour, in UTC. */
    public Tally<Instant> byHour() {
        return byHour;
    }

    public Tally<ExemptionUse> exemptions() {
        return exemptions;
    }

    /** Of decisions that allowed. */
    public Tally<ExceptionUse> exceptions() {
        return exceptions;
    }

    /** The latest, by time. */
    public List<MembershipChange> changes() {
        return changes.stream().sorted(MembershipChange.BY_TIME).toList();
    }

    /** How many there were before the first of {@link #changes}. */
    public long earlierChanges() {
        return earlierChanges;
    }
}
