package dev.marchwarden.cli;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.AdmissionRequest;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewDecoder;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import dev.marchwarden.policy.Verdict;
import dev.marchwarden.tenancy.Tenancy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code review}: recorded AdmissionReviews, decided again. */
@Command(
        name = "review",
        description =
                "Replays AdmissionReviews and prints the answers, one JSON line each, in the order given, directories by name.",
        exitCodeList = {"0:all were allowed", "1:at least one was denied", "2:a file is no review, or cannot be decided"
        },
        footer = {"", "Example:", "  marchwarden review --config tenancy.yaml --namespaces namespaces.yaml reviews"})
final class ReviewCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy.")
    private Path config;

    @Option(
            names = "--namespaces",
            required = true,
            paramLabel = "FILE|DIR",
            description = "The namespaces of the cluster, as manifests; may be given several times.")
    private List<Path> namespaces;

    @Option(
            names = "--webhook",
            paramLabel = "WEBHOOK",
            defaultValue = "VALIDATE",
            description = "The webhook that answers: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Webhook webhook;

    @Mixin
    private AuthorOptions as;

    @Parameters(
            arity = "1..*",
            paramLabel = "FILE|DIR",
            description =
                    "Files of one AdmissionReview each, directories of such *.json files, or - for standard input.")
    private List<Path> reviews;

    @Override
    public Integer call() {
        Optional<User> named = as.author();
        Tenancy tenancy = InputFiles.tenancy(config);
        Policy policy = new Policy(tenancy);
        NamespaceSnapshot snapshot = NamespaceSnapshot.of(InputFiles.manifests(namespaces), tenancy.usergroupLabel());
        Admission admission = new Admission(() -> policy, () -> snapshot, Rights.TENANCY_ONLY);
        PrintWriter out = spec.commandLine().getOut();
        int worst = ExitCode.OK;
        for (Path review : files()) {
            try {
                Outcome outcome = admission
                        .decide(webhook, as(named, ReviewDecoder.decode(read(review), policy.guardedLabels())))
                        .toCompletableFuture()
                        .join();
                out.println(new String(ReviewEncoder.encode(outcome), StandardCharsets.UTF_8));
                worst = Math.max(worst, exitCode(outcome.verdict()));
            } catch (MalformedReviewException e) {
                out.flush();
                spec.commandLine().getErr().println("marchwarden: " + review + ": " + e.getMessage());
                worst = ExitCode.ERROR;
            }
        }
        return worst;
    }

    private List<Path> files() {
        return reviews.stream()
                .flatMap(path -> Files.isDirectory(path) ? within(path) : Stream.of(path))
                .toList();
    }

    private static Stream<Path> within(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> found = all.filter(path -> path.toString().endsWith(".json") && Files.isRegularFile(path))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new Failure(directory + " has no *.json file (expected: AdmissionReviews, one a file)");
            }
            return found.stream();
        } catch (IOException | UncheckedIOException e) {
            throw new Failure(directory + " cannot be read (expected: a directory that is readable)", e);
        }
    }

    private static AdmissionRequest as(Optional<User> named, AdmissionRequest request) {
        return named.map(request::as).orElse(request);
    }

    private static int exitCode(Verdict verdict) {
        return verdict == Verdict.ERROR ? ExitCode.ERROR : verdict.allows() ? ExitCode.OK : ExitCode.FOUND;
    }

    private static byte[] read(Path review) {
        try {
            return review.toString().equals("-") ? System.in.readAllBytes() : Files.readAllBytes(review);
        } catch (IOException e) {
            throw InputFiles.unreadable(review, e);
        }
    }
}
