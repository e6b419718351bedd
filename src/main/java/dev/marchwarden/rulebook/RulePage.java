package dev.marchwarden.rulebook;

import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The explanation of one rule.
 *
 * @param summary what it finds wrong, in one sentence
 * @param why what it protects from
 * @param fix what to do about it
 * @param twin how far the CEL twin enforces it; not at all where the page does not say so
 * @param breaks a change that breaks it: what pages call {@code denied}, or {@code warned} where the rule warns unless the tenancy names it
 * @param passes a similar one that passes
 */
public record RulePage(
        RuleName rule, String summary, String why, String fix, TwinCoverage twin, Example breaks, Example passes) {
    /** Whether it only warns where the tenancy does not name it. */
    public boolean warns() {
        return warns(rule);
    }

    private static boolean warns(RuleName rule) {
        return rule.ceiling() == Enforcement.WARN;
    }

    /** The summary, and how the rule is enforced where that is not as for all others. */
    public String headline() {
        return headline(rule, summary);
    }

    static String headline(RuleName rule, String summary) {
        return warns(rule) ? summary + " Warns, unless the tenancy names the rule." : summary;
    }

    /** What becomes of the example that breaks it. */
    public String consequence() {
        return warns() ? "Warned" : "Denied";
    }

    /**
     * A change of an object, in the cluster of the recorded reviews.
     *
     * @param story what happens, in one sentence
     * @param author who does it
     * @param before the object as it was, in YAML; null for a new one
     * @param after the object as it would be, in YAML
     */
    public record Example(
            String story, Author author, @Nullable String before, String after) {}

    /**
     * Who does it.
     *
     * @param user as the API server knows them
     */
    public record Author(String user, List<String> groups) {
        public Author {
            groups = List.copyOf(groups);
        }
    }
}
