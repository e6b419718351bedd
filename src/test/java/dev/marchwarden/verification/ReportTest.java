package dev.marchwarden.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Line RIGHT = Line.green("strict", "revision a", "as it should be");
    private static final Line OLD = Line.red("roots", "b", "shared", "fix it");
    private static final Line NEW = Line.red("strict", "revision a", "gone", "apply");
    private static final Line WORSE = Line.red("roots", "b", "none", "fix it");

    @Test
    void whatWasWrongBeforeIsNotWrongSince() {
        Report before = new Report(List.of(RIGHT, OLD), List.of());
        assertThat(before.isVerified()).isFalse();
        assertThat(new Report(List.of(RIGHT, OLD), List.of()).wrongSince(before))
                .isEmpty();
        assertThat(new Report(List.of(NEW, WORSE), List.of()).wrongSince(before))
                .containsExactly(NEW);
        assertThat(new Report(List.of(Line.yellow("roots", "b", "ends soon", "renew it")), List.of())
                        .wrongSince(before))
                .isEmpty();
    }
}
