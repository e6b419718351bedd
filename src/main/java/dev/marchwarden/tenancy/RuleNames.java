package dev.marchwarden.tenancy;

import dev.marchwarden.text.Nearest;
import java.util.Arrays;

/** The text for messages about a wrong rule name. */
final class RuleNames {
    static final String EXPECTED = "a rule's name; `marchwarden explain` lists them";

    private RuleNames() {}

    /**
     * The expectation, with the rule that was probably meant.
     *
     * @param spelling that is no rule's name
     */
    static String meant(String spelling) {
        return Nearest.to(
                        spelling,
                        Arrays.stream(RuleName.values()).map(RuleName::spelling).toList())
                .map(near -> "a rule's name; did you mean \"" + near + "\"?")
                .orElse(EXPECTED);
    }
}
