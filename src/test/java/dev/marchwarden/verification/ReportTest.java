package dev.marchwarden.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.finding.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Finding RIGHT = Finding.ok("strict", "revision a", "as it should be");
    private static final Finding OLD = Finding.error("roots", "b", "shared", "fix it");
    private static final Finding NEW = Finding.error("strict", "revision a", "gone", "apply");
    private static final Finding WORSE = Finding.error("roots", "b", "none", "fix it");

    @Test
    void whatWasWrongBeforeIsNotWrongSince() {
        Report before = new Report(List.of(RIGHT, OLD), List.of());
        assertThat(before.isVerified()).isFalse();
        assertThat(new Report(List.of(RIGHT, OLD), List.of()).wrongSince(before))
                .isEmpty();
        assertThat(new Report(List.of(NEW, WORSE), List.of()).wrongSince(before))
                .containsExactly(NEW);
        assertThat(new Report(List.of(Finding.warning("roots", "b", "ends soon", "renew it")), List.of())
                        .wrongSince(before))
                .isEmpty();
    }
}
