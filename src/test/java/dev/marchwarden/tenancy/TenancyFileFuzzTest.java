package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Whatever the bytes, the outcome is a tenancy or a list of mistakes that can be shown. Replays its corpus; {@code JAZZER_FUZZ=1 mvn test
 * -Dtest=TenancyFileFuzzTest} looks for new inputs.
 */
class TenancyFileFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void readsOrExplains(byte[] content) {
        try {
            Tenancy tenancy = TenancyFile.parse("t.yaml", content);
            assertThat(tenancy.usergroups()).extracting(Usergroup::name).doesNotHaveDuplicates();
            assertThat(tenancy.usergroupLabel()).matches("[-A-Za-z0-9_./]{1,317}");
        } catch (InvalidTenancyException e) {
            assertThat(e.problems()).isNotEmpty().allSatisfy(TenancyFileFuzzTest::isPresentable);
        }
    }

    private static void isPresentable(TenancyProblem problem) {
        assertThat(problem.line()).isPositive();
        assertThat(problem.value()).isNotBlank();
        assertThat(problem.expected()).isNotBlank();
        assertThat(problem.toString()).matches("[ -~]+").hasSizeLessThan(1000);
    }
}
