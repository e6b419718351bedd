package dev.marchwarden.policy;

import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A {@link Violation} by an object in the making: what is wrong and where first, then what was expected, why, and how it is fixed. */
public final class ViolationBuilder {
    private final RuleName rule;
    private final String path;
    private final String place;
    private @Nullable String value;
    private boolean described;
    private final Boundary boundary;
    private final Violation.@Nullable Field field;
    private String expected = "";
    private String because = "";
    private final List<String> evidence = new ArrayList<>(2);
    private Set<String> concerned;
    private @Nullable Requirement requirement;
    private Enforcement ceiling = Enforcement.DENY;

    ViolationBuilder(
            RuleName rule,
            String path,
            String place,
            @Nullable String value,
            Boundary boundary,
            Violation.@Nullable Field field) {
        this.rule = rule;
        this.path = path;
        this.place = place;
        this.value = value;
        this.boundary = boundary;
        this.field = field;
        this.evidence.add(String.valueOf(value));
        this.concerned = boundary.concerned(null);
    }

    public ViolationBuilder expected(String what) {
        expected = what;
        return this;
    }

    public ViolationBuilder because(String reason) {
        because = reason;
        return this;
    }

    /** Names the namespace that is reached, whose usergroup is concerned too. */
    public ViolationBuilder reaching(String namespace) {
        concerned = boundary.concerned(namespace);
        return this;
    }

    /** Beside the value itself, and what the reach table says of the fields around it. */
    public ViolationBuilder restingOn(String more) {
        evidence.add(more);
        return this;
    }

    public ViolationBuilder unless(Requirement granted) {
        requirement = granted;
        return this;
    }

    /** Tells the value as missing: nothing stands there, and the value is what that means. */
    ViolationBuilder missing() {
        value = null;
        return this;
    }

    /** Tells the value without quotes: it describes what stands there, in words of our own. */
    public ViolationBuilder described() {
        described = true;
        return this;
    }

    /** A violation that warns and never denies. */
    public ViolationBuilder atMostWarning() {
        ceiling = Enforcement.WARN;
        return this;
    }

    /** @param fix an edit or a command */
    public Violation fix(String fix) {
        return new Violation(
                rule,
                path,
                place,
                value,
                described,
                expected,
                because,
                fix,
                evidence,
                concerned,
                requirement,
                ceiling,
                field);
    }
}
