package dev.marchwarden.policy;

import dev.marchwarden.reach.Leaf;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.EnforcementTable;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule broken at one place.
 *
 * @param path of the field, for example {@code metadata.labels[istio.io/rev]}
 * @param place the same without positions in lists, for a violation that only moves up or down in a list is no new one
 * @param value what stands there, as the user gave it; null where nothing does
 * @param described whether {@code value} is our description of what stands there, and not a quotation
 * @param expected what should stand there
 * @param because what would come of it
 * @param fix a command or an edit that fixes it
 * @param evidence all that it rests on, apart from its place: while this stays as it was before a change, the change is not to blame. Texts
 *     that several violations rest on are one text: put together for each they could fill the memory
 * @param concerned names of the usergroups that it touches; the strictest of their enforcement settings holds
 * @param requirement the right that would make it permitted, or null where no right would
 * @param ceiling the strictest enforcement of this violation, however strict that of its rule is
 * @param field where it is in the object, to compare what is around it; null where only the evidence counts
 */
public record Violation(
        RuleName rule,
        String path,
        String place,
        @Nullable String value,
        boolean described,
        String expected,
        String because,
        String fix,
        List<String> evidence,
        Set<String> concerned,
        @Nullable Requirement requirement,
        Enforcement ceiling,
        @Nullable Field field) {
    public Violation {
        evidence = List.copyOf(evidence);
        concerned = Set.copyOf(concerned);
    }

    /** At a place that is in no list. */
    public Violation(
            RuleName rule,
            String path,
            @Nullable String value,
            String expected,
            String because,
            String fix,
            String evidence,
            Set<String> concerned,
            @Nullable Requirement requirement) {
        this(
                rule,
                path,
                path,
                value,
                false,
                expected,
                because,
                fix,
                List.of(evidence),
                concerned,
                requirement,
                Enforcement.DENY,
                null);
    }

    /** What is wrong, in one printable line that is bounded whatever the user wrote. */
    public String message() {
        String found = value == null ? "missing" : described ? value : Quoted.of(value);
        return path + " is " + found + ", expected " + expected + ": " + because;
    }

    /** Everything about it in one line: rule, place, value, expectation, reason and fix. */
    public String explanation() {
        return rule + ": " + message() + ". Fix: " + fix;
    }

    /** What it leads to by these settings, where it is new and no exception is for it. */
    public Enforcement level(EnforcementTable settings) {
        return settings.level(rule, concerned).milder(ceiling);
    }

    Violation unasked(String problem) {
        return with("; whether the cluster's RBAC permits it is not known: " + problem);
    }

    /** The same with more to its reason. */
    Violation with(String more) {
        return new Violation(
                rule,
                path,
                place,
                value,
                described,
                expected,
                because + more,
                fix,
                evidence,
                concerned,
                requirement,
                ceiling,
                field);
    }

    /** A field in its object. Equal to one at the same path with the same value. */
    record Field(Leaf leaf) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Field that
                    && leaf.path().equals(that.leaf.path())
                    && leaf.value().equals(that.leaf.value());
        }

        @Override
        public int hashCode() {
            return leaf.value().hashCode();
        }
    }

    /** What it rests on: two violations with the same grounds are one that was left alone. */
    Grounds grounds() {
        return new Grounds(rule, place, evidence);
    }

    /** @see #grounds */
    record Grounds(RuleName rule, String place, List<String> evidence) {}
}
