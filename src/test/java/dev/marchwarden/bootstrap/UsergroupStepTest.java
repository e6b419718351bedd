package dev.marchwarden.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is declared of each step is enough to derive the rest. */
class UsergroupStepTest {
    static List<UsergroupStep> steps() {
        return UsergroupSteps.ALL;
    }

    @ParameterizedTest
    @MethodSource("steps")
    void whatItWritesBelongsToTheSystemNamespace(UsergroupStep step) {
        assertThat(step.parts())
                .as("in the system namespace, or a webhook whose Service is there")
                .allMatch(part -> part.namespaced() || part.kind().endsWith("WebhookConfiguration"));
        assertThat(step.parts().isEmpty()).isEqualTo(step.hasReleases());
    }

    /** By its NetworkPolicy what was interrupted is found, so that it has to be there first, and be removed last. */
    @Test
    void theNetworkPolicyIsTheFirst() {
        assertThat(UsergroupSteps.ALL.getFirst().parts())
                .extracting(UsergroupStep.Part::kind)
                .containsExactly("NetworkPolicy");
        assertThat(UsergroupSteps.ALL).filteredOn(UsergroupStep::hasReleases).hasSize(1);
    }
}
