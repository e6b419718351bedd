package dev.marchwarden.audit;

import dev.marchwarden.audit.ManifestCheck.Result;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.manifest.Position;
import dev.marchwarden.manifest.UnreadableDocument;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.tenancy.Enforcement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@code check} found, for all its formats.
 *
 * @param objects those that rules look at, in the order of the files
 * @param errors what could not be read or judged
 * @param notLookedAt kinds that no rule looks at, and how many objects of each there are
 */
public record CheckReport(
        List<CheckedObject> objects, List<Problem> errors, Map<String, Integer> notLookedAt, Summary summary) {
    /** In the place of an enforcement: nobody knows whether the author had the right. */
    private static final String NEEDS_RIGHT = "right";

    /** How the objects of a cluster are told apart, which are in no file. */
    private static final String SUITE = "namespace ";

    /**
     * One object.
     *
     * @param place where it begins
     */
    public record CheckedObject(
            String file, Position place, String kind, String namespace, String name, List<Violation> violations) {
        public CheckedObject {
            violations = List.copyOf(violations);
        }

        CheckedObject with(List<Violation> its) {
            return new CheckedObject(file, place, kind, namespace, name, its);
        }

        /** For people: kind, namespace and name. */
        public String title() {
            return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
        }
    }

    /**
     * One of {@code violations} in the JSON report.
     *
     * @param enforcement of an audit also {@code right}, where a right permits it
     * @param file empty where the object comes from a cluster
     * @param line where the field stands, or what comes closest above it, from 1
     * @param value what stands at the path, null where nothing does
     * @param right the right that would permit it, such as {@code administer usergroup-1}; null where none would
     */
    public record Violation(
            String rule,
            String enforcement,
            String file,
            int line,
            int column,
            String kind,
            String namespace,
            String name,
            String path,
            @Nullable String value,
            String message,
            String fix,
            @Nullable String right) {
        static Violation of(Result result, RuleFinding finding) {
            Manifest manifest = result.manifest();
            var violation = finding.violation();
            Position place = manifest.position(violation.path());
            Requirement requirement = violation.requirement();
            return new Violation(
                    violation.rule().spelling(),
                    finding.enforcement().spelling(),
                    manifest.file(),
                    place.line(),
                    place.column(),
                    manifest.kind(),
                    result.namespace(),
                    manifest.name(),
                    violation.path(),
                    violation.value(),
                    violation.message(),
                    violation.fix(),
                    requirement == null ? null : requirement.toString());
        }

        static Violation of(AuditFinding finding, boolean rights) {
            boolean counts = rights || !finding.needsRight();
            return new Violation(
                    finding.rule().spelling(),
                    counts ? finding.enforcement().spelling() : NEEDS_RIGHT,
                    finding.file(),
                    finding.position().line(),
                    finding.position().column(),
                    finding.kind(),
                    finding.namespace(),
                    finding.name(),
                    finding.path(),
                    null,
                    finding.message(),
                    finding.fix(),
                    finding.needsRight() ? finding.right() : null);
        }

        public boolean denies() {
            return enforcement.equals(Enforcement.DENY.spelling());
        }

        /** What is wrong and how to fix it. */
        public String explanation() {
            return message + ". Fix: " + fix;
        }
    }

    /**
     * A document that could not be read, or an object that could not be judged.
     *
     * @param subject kind and name of the object; empty where none could be read
     */
    public record Problem(String file, int line, String subject, String message) {
        static Problem of(UnreadableDocument unreadable) {
            return new Problem(unreadable.file(), unreadable.line(), "", unreadable.problem());
        }

        static Problem of(Result result) {
            Manifest manifest = result.manifest();
            return new Problem(
                    manifest.file(), manifest.line(), manifest.kind() + " " + manifest.name(), result.problem());
        }
    }

    /**
     * The counts.
     *
     * @param objects manifests read
     * @param lookedAt those of them that rules look at
     * @param deny violations that would deny
     * @param errors documents that could not be read and objects that could not be judged
     * @param skipped documents that are no Kubernetes objects
     */
    public record Summary(int objects, int lookedAt, int deny, int warn, int audit, int errors, int skipped) {
        public String describe() {
            String found = count(objects, "object") + " read, " + lookedAt + " looked at: " + deny + " denied, " + warn
                    + " warned, " + audit + " audited";
            return found
                    + (skipped == 0 ? "" : "; " + count(skipped, "document") + " without apiVersion and kind skipped")
                    + (errors == 0 ? "" : "; " + count(errors, "error"));
        }

        private static String count(int number, String noun) {
            return number + " " + noun + (number == 1 ? "" : "s");
        }
    }

    public CheckReport {
        objects = List.copyOf(objects);
        errors = List.copyOf(errors);
        notLookedAt = Collections.unmodifiableMap(new TreeMap<>(notLookedAt));
    }

    /**
     * @param files what the results are about
     * @param results one for each manifest of the files
     */
    public static CheckReport of(ManifestFiles files, List<Result> results) {
        List<CheckedObject> objects = new ArrayList<>();
        List<Problem> errors =
                new ArrayList<>(files.unreadable().stream().map(Problem::of).toList());
        Map<String, Integer> notLookedAt = new TreeMap<>();
        for (Result result : results) {
            Manifest manifest = result.manifest();
            if (!result.problem().isEmpty()) {
                errors.add(Problem.of(result));
            } else if (result.lookedAt()) {
                objects.add(object(result));
            } else {
                notLookedAt.merge(manifest.kind(), 1, Integer::sum);
            }
        }
        List<Violation> violations = violations(objects);
        Summary summary = new Summary(
                results.size(),
                (int) results.stream().filter(Result::lookedAt).count(),
                count(violations, Enforcement.DENY),
                count(violations, Enforcement.WARN),
                count(violations, Enforcement.AUDIT),
                errors.size(),
                files.skipped());
        return new CheckReport(objects, errors, notLookedAt, summary);
    }

    /**
     * Of an audit: the objects that findings are about, and for each file or namespace how many others were judged.
     *
     * @param rights whether what a right permits counts as the tenancy enforces it; else it is told as no more than a note
     */
    public static CheckReport of(AuditResult result, boolean rights) {
        List<CheckedObject> objects = new ArrayList<>();
        List<Problem> errors = new ArrayList<>();
        result.unjudged()
                .forEach(each -> errors.add(new Problem(each.file(), each.line(), each.subject(), each.problem())));
        long more = result.unjudgedTotal() - result.unjudged().size();
        if (more > 0) {
            errors.add(new Problem("", 0, "", more + " more could not be read or judged"));
        }
        result.namespaces().values().forEach(namespace -> {
            Map<CheckedObject, List<Violation>> byObject = new LinkedHashMap<>();
            namespace
                    .findings()
                    .forEach(finding -> byObject.computeIfAbsent(object(finding), none -> new ArrayList<>())
                            .add(Violation.of(finding, rights)));
            byObject.forEach((object, violations) -> objects.add(object.with(violations)));
            String name = namespace.name().isEmpty() ? "no namespace" : namespace.name();
            long others = namespace.objects() - byObject.size();
            if (namespace.unlisted() == 0 && others > 0) {
                objects.add(new CheckedObject(
                        SUITE + name, new Position(0, 1), "Others:", "", String.valueOf(others), List.of()));
            } else if (namespace.unlisted() > 0) {
                errors.add(new Problem("", 0, SUITE + name, namespace.unlisted() + " findings more than are listed"));
            }
        });
        List<Violation> violations = violations(objects);
        Summary summary = new Summary(
                Math.toIntExact(result.objects()
                        + result.notLookedAt().values().stream()
                                .mapToLong(Long::longValue)
                                .sum()),
                Math.toIntExact(result.objects()),
                count(violations, Enforcement.DENY),
                count(violations, Enforcement.WARN),
                count(violations, Enforcement.AUDIT),
                errors.size(),
                0);
        Map<String, Integer> notLookedAt = new TreeMap<>();
        result.notLookedAt().forEach((kind, count) -> notLookedAt.put(kind, Math.toIntExact(count)));
        return new CheckReport(objects, errors, notLookedAt, summary);
    }

    private static CheckedObject object(AuditFinding finding) {
        boolean isNamespace =
                finding.kind().equals("Namespace") && finding.apiVersion().equals("v1");
        return new CheckedObject(
                finding.file().isEmpty()
                        ? SUITE + (finding.namespace().isEmpty() ? "no namespace" : finding.namespace())
                        : finding.file(),
                new Position(0, 1),
                finding.kind(),
                isNamespace ? "" : finding.namespace(),
                finding.name(),
                List.of());
    }

    private static CheckedObject object(Result result) {
        Manifest manifest = result.manifest();
        return new CheckedObject(
                manifest.file(),
                manifest.position(""),
                manifest.kind(),
                result.namespace(),
                manifest.name(),
                result.findings().stream()
                        .map(finding -> Violation.of(result, finding))
                        .toList());
    }

    private static int count(List<Violation> violations, Enforcement enforcement) {
        return (int) violations.stream()
                .filter(violation -> violation.enforcement().equals(enforcement.spelling()))
                .count();
    }

    private static List<Violation> violations(List<CheckedObject> objects) {
        return objects.stream().flatMap(object -> object.violations().stream()).toList();
    }

    /** In the order of the files. */
    public List<Violation> violations() {
        return violations(objects);
    }

    public boolean denies() {
        return summary.deny() > 0;
    }

    /** Whether there are denials, and each of them is for lack of a right. */
    public boolean lacksOnlyRights() {
        return denies()
                && violations().stream().noneMatch(violation -> violation.denies() && violation.right() == null);
    }
}
