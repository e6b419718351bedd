package dev.marchwarden.reachability;

import dev.marchwarden.finding.Finding;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A fact that the proof rests on.
 *
 * @param name in a word
 * @param statement in a sentence
 * @param state who says so
 * @param basis the object that says so, or the checks of {@code verify} that can tell
 */
public record Fact(String name, String statement, State state, String basis) {
    /** Whether it holds. */
    public enum State {
        /** The objects say so, or {@code verify} has looked. */
        CHECKED,
        /** Nobody has looked. */
        ASSUMED,
        /** {@code verify} found otherwise. */
        WRONG
    }

    private static final Pattern CHECKS = Pattern.compile("verify: ([a-z-]+(?:, [a-z-]+)*)");

    Fact(String name, String statement, boolean checked, String basis) {
        this(name, statement, checked ? State.CHECKED : State.ASSUMED, basis);
    }

    public boolean checked() {
        return state == State.CHECKED;
    }

    /** The same once {@code verify} has looked: checked where all its checks found nothing, wrong where one found an error. */
    Fact verified(List<Finding> findings) {
        Matcher checks = CHECKS.matcher(basis);
        if (!checks.find()) {
            return this;
        }
        Set<String> names = Set.of(checks.group(1).split(", "));
        List<Finding> its = findings.stream()
                .filter(finding -> names.contains(finding.code()))
                .toList();
        for (Finding finding : its) {
            if (finding.isError()) {
                return new Fact(name, statement, State.WRONG, "verify: " + finding.code() + ": " + finding.message());
            }
        }
        boolean all = its.stream().map(Finding::code).distinct().count() == names.size()
                && its.stream().allMatch(Finding::isOk);
        return all ? new Fact(name, statement, State.CHECKED, checks.group()) : this;
    }
}
