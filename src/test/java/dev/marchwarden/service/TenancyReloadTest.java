package dev.marchwarden.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.server.LoggedEvents;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.Reload;
import dev.marchwarden.server.TlsEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator edits the tenancy of a running server. */
class TenancyReloadTest {
    private static final String FAILURES = "marchwarden_tenancy_reload_failures_total";

    @TempDir
    private Path directory;

    @Test
    void goodFilesAreTakenIntoUseAndBadOnesLeaveTheLastGoodOne() throws Exception {
        RecordedReview mismatch = RecordedReview.all().stream()
                .filter(review -> review.file().startsWith("tenancy/036"))
                .findFirst()
                .orElseThrow();
        String strict = Files.readString(RecordedReview.TENANCY);
        String mild = strict + "  enforcement: {default: warn}\n";
        try (LoggedEvents log = LoggedEvents.of(Reload.class);
                RunningService service = new RunningService(directory, TlsEngine.best())) {
            assertThat(service.client().validate(mismatch.body()).decision()).isEqualTo("denied");
            assertThat(service.ops().detail("tenancy files")).isEqualTo("up to date");
            assertThat(service.ops().metric(FAILURES)).isZero();
            Thread.sleep(300); // some looks
            assertThat(log.messages()).as("nothing has changed").isEmpty();

            Files.writeString(service.tenancy(), mild);
            RunningService.await(
                    "the mild one is in use",
                    () -> service.client().validate(mismatch.body()).decision().equals("warned"));

            Files.writeString(service.tenancy(), strict.replace("usergroup-2", "usergroup-1"));
            RunningService.await("the bad one is counted", () -> service.ops().metric(FAILURES) == 1);
            assertThat(service.ops().detail("tenancy files")).startsWith("the last good one is in use; ");
            assertThat(service.ops().isReady()).isTrue();
            assertThat(service.client().validate(mismatch.body()).decision()).isEqualTo("warned");
            assertThat(log.messages())
                    .filteredOn(message -> message.contains("not reloaded"))
                    .singleElement()
                    .satisfies(message -> assertThat(message).contains("spec.usergroups[1].name"));

            Files.delete(service.tenancy());
            RunningService.await(
                    "the missing one is counted", () -> service.ops().metric(FAILURES) == 2);
            assertThat(service.ops().detail("tenancy files")).startsWith("the last good one is in use; ");
            assertThat(log.messages())
                    .anySatisfy(message ->
                            assertThat(message).endsWith("tenancy.yaml cannot be read (NoSuchFileException)"));
            assertThat(service.client().validate(mismatch.body()).decision()).isEqualTo("warned");

            Files.writeString(service.tenancy(), strict);
            RunningService.await(
                    "the strict one is in use",
                    () -> service.client().validate(mismatch.body()).decision().equals("denied"));
            assertThat(service.ops().detail("tenancy files")).isEqualTo("up to date");
            assertThat(service.ops().metric(FAILURES)).isEqualTo(2);
        }
    }
}
