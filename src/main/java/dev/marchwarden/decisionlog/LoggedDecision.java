package dev.marchwarden.decisionlog;

import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a line of the decision log says, as far as reports need it. Texts are as the line has them, printable or not, and cut after 256
 * characters.
 *
 * @param object what the request was about
 * @param revision the label of a Namespace; {@link Labels#NONE} where the line has none, as lines of earlier releases
 */
record LoggedDecision(
        Instant time,
        Verdict verdict,
        String webhook,
        String operation,
        ObjectReference object,
        String user,
        boolean dryRun,
        Labels usergroup,
        Labels revision,
        List<Violated> violations,
        List<ExceptionUsed> exceptions) {
    /** @param namespace empty for what is in none; of a Namespace, its own name */
    record ObjectReference(String group, String kind, String namespace, String name) {
        boolean isNamespace() {
            return group.isEmpty() && kind.equals("Namespace");
        }
    }

    /** A label on either side of a change; null where it is absent. */
    record Labels(@Nullable String before, @Nullable String after) {
        static final Labels NONE = new Labels(null, null);

        /** As metrics and audit annotations have it: the new one of a namespace that moves; empty for none. */
        String latest() {
            return after != null ? after : before != null ? before : "";
        }

        boolean has(String value) {
            return value.equals(before) || value.equals(after);
        }
    }

    /** @param enforcement what the violation led to: deny, warn or audit */
    record Violated(String rule, String enforcement) {}

    /** An entry of the tenancy. A text that it does not have is empty. */
    record ExceptionUsed(String rule, String field, String until, String reason, String ticket) {}

    /** The rules that led to a denial or a warning, each once; empty for none. */
    List<String> leadingRules() {
        String leading = switch (verdict) {
            case DENIED -> "deny";
            case WARNED -> "warn";
            default -> "";
        };
        return rules(
                violations.stream().filter(violated -> violated.enforcement().equals(leading)));
    }

    /** The rules of all violations, each once. */
    List<String> rules() {
        return rules(violations.stream());
    }

    private static List<String> rules(Stream<Violated> violations) {
        return violations.map(Violated::rule).distinct().toList();
    }
}
