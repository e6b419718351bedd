package dev.marchwarden.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.admission.Outcome;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.TenancyFile;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    /** What ends as an error on the way warms nothing that comes after. */
    @Test
    void goesAllTheWay() throws Exception {
        Policy policy = new Policy(TenancyFile.read(RecordedReview.TENANCY));
        assertThat(WarmUp.decideAll(WarmUp.admission(policy)))
                .extracting(Outcome::verdict)
                .containsExactly(Verdict.ALLOWED, Verdict.DENIED, Verdict.DENIED);
        WarmUp.run(policy);
    }
}
