package dev.marchwarden.decisionlog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.decisionlog.LoggedDecision.ExceptionUsed;
import dev.marchwarden.decisionlog.LoggedDecision.Labels;
import dev.marchwarden.decisionlog.LoggedDecision.ObjectReference;
import dev.marchwarden.decisionlog.LoggedDecision.Violated;
import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a report keeps where there is more than it may keep, and what it leaves out. */
class LogReportTest {
    private static LoggedDecision joining(String namespace, long second) {
        return decision(namespace, second, Verdict.ALLOWED, false);
    }

    private static LoggedDecision decision(String namespace, long second, Verdict verdict, boolean dryRun) {
        return new LoggedDecision(
                Instant.ofEpochSecond(second),
                verdict,
                "validate",
                "UPDATE",
                new ObjectReference("", "Namespace", namespace, namespace),
                "alice",
                dryRun,
                new Labels(null, "usergroup-1"),
                new Labels(null, "usergroup-1"),
                List.of(new Violated("host-claim", "warn"), new Violated("host-claim", "warn")),
                List.of(new ExceptionUsed("host-claim", "", "2027-01-31T00:00:00Z", "because", "")));
    }

    @Test
    void theLatestChangesAreKeptInWhateverOrderTheyCome() {
        LogReport report = new LogReport(3);
        for (long second : List.of(5, 1, 4, 2, 3)) {
            report.add(joining("ns-" + second, second));
        }
        assertThat(report.changes()).extracting(MembershipChange::namespace).containsExactly("ns-3", "ns-4", "ns-5");
        assertThat(report.earlierChanges()).isEqualTo(2);
    }

    @Test
    void decisionsBeyondTheGroupsAreCountedWithTheOthers() {
        LogReport report = new LogReport(1);
        report.add(decision("a", 0, Verdict.WARNED, false));
        report.add(decision("b", 3_600, Verdict.WARNED, true));
        report.add(decision("a", 10, Verdict.WARNED, false));
        assertThat(report.exceptions().largestFirst()).singleElement().satisfies(group -> {
            assertThat(group.key().namespace()).isEqualTo("a");
            assertThat(group.count().all()).isEqualTo(2);
        });
        assertThat(report.exceptions().others().all()).isOne();
        assertThat(report.byHour().others().dryRuns()).isOne();
        assertThat(report.byUser().others().all()).isZero();
    }

    @Test
    void aRuleThatIsViolatedTwiceCountsOnce() {
        LogReport report = new LogReport();
        report.add(decision("a", 0, Verdict.WARNED, false));
        assertThat(report.byRule().largestFirst())
                .singleElement()
                .satisfies(group -> assertThat(group.count().of(Verdict.WARNED)).isOne());
    }

    /** Nothing was admitted, and nobody joined. */
    @Test
    void aDenialUsesNoExceptionAndChangesNothing() {
        LogReport report = new LogReport();
        report.add(decision("a", 0, Verdict.DENIED, false));
        report.add(decision("b", 0, Verdict.WARNED, true));
        assertThat(report.exceptions().largestFirst())
                .extracting(group -> group.key().namespace())
                .containsExactly("b");
        assertThat(report.changes()).isEmpty();
    }
}
