package dev.marchwarden.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.certificates.UnusableCertificateException;
import dev.marchwarden.cli.DemoStory.Chapter;
import dev.marchwarden.cli.DemoStory.Step;
import dev.marchwarden.server.Address;
import dev.marchwarden.server.DecisionLog;
import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.service.DirectoryTlsPlan;
import dev.marchwarden.service.TenancyFiles;
import dev.marchwarden.service.WebhookService;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code demo}: the guide's story and the attacks on it, against the real server, on this machine. */
@Command(
        name = "demo",
        description = {
            "Runs Istio's guide, and attacks on it, against the real server on this machine.",
            "Issues certificates into a temporary directory, starts the HTTPS server on a free port, and sends it",
            "what a real API server sent. Ends in seconds and leaves nothing behind."
        },
        footer = {"", "Example:", "  marchwarden demo --keep"},
        exitCodeList = {"0:every verdict was as expected", "1:one was not", "2:the demo could not run"})
final class DemoCommand implements Callable<Integer> {
    private static final int VERDICT_WIDTH = 9;
    private static final Duration RELOAD = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @Option(names = "--keep", description = "Leave the server running at the end, until Ctrl-C.")
    private boolean keep;

    private final Map<String, Integer> verdicts = new TreeMap<>();
    private int reviews;
    private int wrong;

    @Override
    public Integer call() throws IOException, InterruptedException {
        LogSetup.quiet();
        Page page = new Page(spec.commandLine());
        Path directory = Files.createTempDirectory("marchwarden-demo-");
        try {
            return play(page, directory);
        } finally {
            delete(directory);
        }
    }

    private int play(Page page, Path directory) throws IOException, InterruptedException {
        TlsDirectory tls = new TlsDirectory(directory.resolve("tls"), InstantSource.system());
        tls.issue(List.of("localhost", "127.0.0.1"), false);
        Path config = Files.write(directory.resolve("tenancy.yaml"), DemoStory.tenancy());
        Path namespaces = Files.write(directory.resolve("namespaces.yaml"), DemoStory.namespaces());
        Path log = directory.resolve("decisions.jsonl");
        TlsEngine engine = TlsEngine.best();
        BackgroundTasks tasks = new BackgroundTasks();
        try (PrintWriter lines = new PrintWriter(Files.newBufferedWriter(log));
                DecisionLog decisions = new DecisionLog(tasks, lines::println);
                WebhookService service = new WebhookService(
                        new WebhookService.Settings(
                                new Address("127.0.0.1", 0),
                                new Address("127.0.0.1", 0),
                                engine,
                                InputFiles.tenancy(config),
                                TenancyFiles.of(config, List.of(namespaces)),
                                RELOAD,
                                decisions,
                                tasks),
                        InputFiles.manifests(List.of(namespaces)),
                        new DirectoryTlsPlan(tls, tls.read(), null))) {
            service.start();
            page.text("Serving https://127.0.0.1:" + service.port() + " with " + engine.spelling()
                    + " and freshly issued certificates.");
            page.text("Usergroups: usergroup-1, owned by team-1; usergroup-2, owned by team-2.");
            long start = System.nanoTime();
            try (WebhookClient client = new WebhookClient(
                    Files.readAllBytes(tls.path().resolve(TlsDirectory.CA_CERTIFICATE)), service.port())) {
                for (Chapter chapter : DemoStory.chapters()) {
                    page.heading(chapter.title());
                    chapter.steps().forEach(step -> play(step, client, page));
                }
            }
            summary(page, System.nanoTime() - start);
            if (keep) {
                keep(page, directory, service, log);
            }
        } catch (UnusableCertificateException e) {
            throw new Failure("the certificate that was just issued cannot be used: " + e.getMessage(), e);
        }
        auditorsView(page, log);
        return wrong == 0 ? ExitCode.OK : ExitCode.FOUND;
    }

    private void play(Step step, WebhookClient client, Page page) {
        String verdict = step.expect();
        String reason = "";
        Map<String, byte[]> requests = step.requests();
        for (Map.Entry<String, byte[]> request : requests.entrySet()) {
            byte[] review = request.getValue();
            JsonNode response = client.send("validate", step.mutate() ? client.mutated(review) : review);
            reviews++;
            verdicts.merge(response.path("auditAnnotations").path("decision").asText(), 1, Integer::sum);
            JsonNode annotations = response.path("auditAnnotations");
            String itsVerdict = annotations.path("decision").asText();
            String itsRules = annotations.path("rules").asText();
            reason = response.path("status")
                    .path("message")
                    .asText(response.path("warnings").path(0).asText());
            boolean expected =
                    response.path("allowed").asBoolean() != step.expect().equals("denied")
                            && itsVerdict.equals(step.expect())
                            && itsRules.equals(String.join(",", step.rules()));
            if (!expected) {
                wrong++;
                verdict = itsVerdict;
                reason = "WRONG, expected " + step.expect() + " " + step.rules() + " for " + request.getKey() + ". "
                        + reason;
                break;
            }
        }
        print(step, requests.size(), verdict, reason, page);
    }

    private static void print(Step step, int count, String verdict, String reason, Page page) {
        String padded = String.format(Locale.ROOT, "%-" + VERDICT_WIDTH + "s", verdict);
        String many = count == 1 ? "" : " (" + count + " reviews)";
        List<String> lines = Page.wrap(step.says() + many, Marchwarden.WIDTH - VERDICT_WIDTH - 2);
        page.line("  " + coloured(verdict, padded, page) + lines.getFirst());
        lines.stream().skip(1).forEach(line -> page.line(" ".repeat(VERDICT_WIDTH + 2) + line));
        whole(reason)
                .lines()
                .flatMap(line -> Stream.of(line.split("(?=Fix: )", 2)))
                .forEach(part -> page.indented(VERDICT_WIDTH + 4, part));
    }

    /** Without the sentence that the API server's limit for warnings cut off. */
    private static String whole(String reason) {
        int end = reason.endsWith("...") ? reason.lastIndexOf(". ") : -1;
        return end < 0 ? reason : reason.substring(0, end + 1);
    }

    private static String coloured(String verdict, String text, Page page) {
        return switch (verdict) {
            case "allowed" -> page.good(text);
            case "warned" -> page.notable(text);
            default -> page.bad(text);
        };
    }

    private void summary(Page page, long nanos) {
        String count =
                reviews + " reviews over HTTPS in " + Duration.ofNanos(nanos).toMillis() + " ms: ";
        String summary = verdicts.entrySet().stream()
                .map(verdict -> verdict.getValue() + " " + verdict.getKey())
                .collect(Collectors.joining(", "));
        page.blank();
        page.line(summary + ".");
        page.line(page.strong(wrong == 0 ? count + "every verdict as expected." : count + wrong + " WRONG."));
    }

    /** The last denial as the decision log has it. */
    private static void auditorsView(Page page, Path log) throws IOException {
        Files.readAllLines(log).stream()
                .filter(line -> line.contains("\"decision\":\"denied\""))
                .reduce((first, second) -> second)
                .ifPresent(line -> {
                    page.heading("The last denial in the decision log");
                    page.line(line); // for jq: one line, however long
                });
    }

    private static void keep(Page page, Path directory, WebhookService service, Path log)
            throws IOException, InterruptedException {
        String review = "tenancy/036-CREATE-namespaces-payments-payments.json";
        Path file = Files.write(directory.resolve("review.json"), DemoStory.recorded(review));
        page.blank();
        page.text("The server runs until Ctrl-C. Try:");
        page.line("curl --cacert " + directory.resolve("tls").resolve(TlsDirectory.CA_CERTIFICATE)
                + " -H 'Content-Type: application/json' --data @" + file + " https://127.0.0.1:" + service.port()
                + "/validate");
        page.line("curl http://127.0.0.1:" + service.opsPort() + "/metrics");
        page.line("tail -f " + log);
        StopSignal.install();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "tidy up"));
        new CountDownLatch(1).await();
    }

    private static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // It is in the temporary directory, which the system clears; and there is no one left to tell.
        }
    }
}
