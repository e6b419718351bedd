package dev.marchwarden.policy;

import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link Violation} by an object in the making: what is wrong and where first, then what was expected, why, and how it is mended. */
public final class Breach {
    private final RuleName rule;
    private final String path;
    private final String place;
    private final @Nullable String value;
    private final Boundary boundary;
    private String expected = "";
    private String because = "";
    private final List<String> evidence = new ArrayList<>(2);
    private Set<String> concerned;
    private @Nullable Requirement requirement;

    Breach(RuleName rule, String path, String place, @Nullable String value, Boundary boundary) {
        this.rule = rule;
        this.path = path;
        this.place = place;
        this.value = value;
        this.boundary = boundary;
        this.evidence.add(String.valueOf(value));
        this.concerned = boundary.concerned(null);
    }

    public Breach expected(String what) {
        expected = what;
        return this;
    }

    public Breach because(String reason) {
        because = reason;
        return this;
    }

    /** Names the namespace that is reached, whose usergroup is concerned too. */
    public Breach reaching(String namespace) {
        concerned = boundary.concerned(namespace);
        return this;
    }

    /** Beside the value itself. */
    public Breach restingOn(String more) {
        evidence.add(more);
        return this;
    }

    public Breach restingOn(List<String> more) {
        evidence.addAll(more);
        return this;
    }

    public Breach unless(Requirement granted) {
        requirement = granted;
        return this;
    }

    /** @param mend an edit or a command */
    public Violation fix(String mend) {
        return new Violation(rule, path, place, value, expected, because, mend, evidence, concerned, requirement);
    }
}
