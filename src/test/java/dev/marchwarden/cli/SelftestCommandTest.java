package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.service.RunningService;
import dev.marchwarden.standin.Call;
import dev.marchwarden.standin.Eventually;
import dev.marchwarden.standin.StandInApiServer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The self-test over a real server, and configurations as an API server has them. */
class SelftestCommandTest {
    @TempDir
    private Path directory;

    private StandInApiServer api;
    private RunningService webhook;

    @BeforeEach
    void start() throws Exception {
        api = StandInApiServer.start();
        webhook = new RunningService(directory.resolve("service"), TlsEngine.JDK);
    }

    @AfterEach
    void stop() {
        webhook.close();
        api.close();
    }

    private void configure(String kind, String caBundle) {
        api.put("""
                apiVersion: admissionregistration.k8s.io/v1
                kind: %s
                metadata: {name: marchwarden}
                webhooks:
                - name: one.marchwarden.dev
                  clientConfig: {service: {namespace: marchwarden, name: marchwarden}, caBundle: "%s"}
                """.formatted(kind, Base64.getEncoder().encodeToString(caBundle.getBytes(UTF_8))));
    }

    private Invocation selftest(String service) throws Exception {
        return selftest(service, 0);
    }

    private Invocation selftest(String service, int wait) throws Exception {
        return Invocation.of(
                "selftest",
                "--wait",
                wait,
                "--service",
                service,
                "--webhooks",
                "marchwarden",
                "--kubeconfig",
                api.kubeconfig(directory.resolve("kubeconfig"), "tester").toString(),
                "--address",
                "127.0.0.1:" + webhook.port());
    }

    private String trusted() {
        return webhook.authority().pair().chain();
    }

    @Test
    void asksOnceForEachBundle() throws Exception {
        configure("ValidatingWebhookConfiguration", trusted());
        configure("MutatingWebhookConfiguration", trusted());
        Invocation run = selftest("marchwarden/marchwarden");
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.out().lines()).hasSize(3).allMatch(line -> line.startsWith("ok    "));
        assertThat(run.out()).contains("is denied, by unknown-revision").contains("without labels is allowed");
    }

    @Test
    void saysWhichBundleIsWrong() throws Exception {
        configure("ValidatingWebhookConfiguration", trusted());
        configure(
                "MutatingWebhookConfiguration",
                CertificateAuthority.create(InstantSource.system(), RunningService.DAY)
                        .pair()
                        .chain());
        Invocation run = selftest("marchwarden/marchwarden");
        assertThat(run.exitCode()).isOne();
        assertThat(run.out().lines().filter(line -> line.startsWith("ok    "))).hasSize(3);
        assertThat(run.out()).contains("WRONG https://marchwarden.marchwarden.svc: the webhook did not answer: ");
    }

    @Test
    void aBundleThatIsMissingIsSaid() throws Exception {
        configure("ValidatingWebhookConfiguration", "");
        Invocation run = selftest("marchwarden/marchwarden");
        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).startsWith("WRONG a webhook has no caBundle");
    }

    @Test
    void theCertificateMustBeTheServices() throws Exception {
        configure("ValidatingWebhookConfiguration", trusted());
        Invocation run = selftest("elsewhere/marchwarden");
        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).startsWith("WRONG https://marchwarden.elsewhere.svc: the webhook did not answer: ");
    }

    @Test
    void withoutConfigurationsThereIsNothingToTest() throws Exception {
        Invocation run = selftest("marchwarden/marchwarden");
        assertThat(run.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(run.err()).contains("ValidatingWebhookConfiguration or MutatingWebhookConfiguration marchwarden");
    }

    @Test
    void saysWhatTheApiServerWasAskedAndWhatToDo() throws Exception {
        api.fail(Call.GET, 403);
        Invocation run = selftest("marchwarden/marchwarden");
        assertThat(run.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(run.err())
                .isEqualTo(
                        "marchwarden: cannot get ValidatingWebhookConfiguration marchwarden: " + api.url()
                                + ": not permitted, HTTP 403: told to fail (expected: this right; `kubectl auth can-i` checks it)\n");
    }

    @Test
    void waitsUntilAllIsWell() throws Exception {
        FutureTask<Boolean> publication = new FutureTask<>(() -> {
            Eventually.await("it was asked", () -> api.seen(Call.GET) > 0);
            configure("ValidatingWebhookConfiguration", "");
            int before = api.seen(Call.GET);
            Eventually.await("it was asked again", () -> api.seen(Call.GET) > before + 1);
            configure("ValidatingWebhookConfiguration", trusted());
            return true;
        });
        Thread.ofVirtual().start(publication);
        Invocation run = selftest("marchwarden/marchwarden", 60);
        assertThat(publication.get()).isTrue();
        assertThat(run.exitCode()).as(run.toString()).isZero();
        assertThat(run.out().lines()).hasSize(3).allMatch(line -> line.startsWith("ok    "));
    }

    @Test
    void andThenSaysWhatIsNot() throws Exception {
        configure("ValidatingWebhookConfiguration", "");
        Invocation run = selftest("marchwarden/marchwarden", 1);
        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).startsWith("WRONG a webhook has no caBundle");
        assertThat(selftest("marchwarden/marchwarden", -1).err()).contains("--wait -1 (expected: 0 to 3600 seconds)");
    }
}
