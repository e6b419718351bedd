package dev.marchwarden.server;

import static java.nio.charset.StandardCharsets.UTF_8;
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

    /** A first installation, where nobody has said yet who lives in the cluster. */
    @Test
    void needsNoUsergroup() throws Exception {
        Policy policy = new Policy(TenancyFile.parse("none", """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec: {usergroups: []}
                """.getBytes(UTF_8)));
        assertThat(WarmUp.decideAll(WarmUp.admission(policy)))
                .extracting(Outcome::verdict)
                .doesNotContain(Verdict.ERROR);
    }
}
