package dev.marchwarden.cli;

import dev.marchwarden.rulebook.RuleBook;
import dev.marchwarden.tenancy.RuleName;

/** What each rule is about, in one line. */
final class RuleHeadlines {
    private RuleHeadlines() {}

    /** The name itself where there is no such rule. */
    static String of(String rule) {
        return RuleName.named(rule).map(RuleBook::headline).orElse(rule);
    }
}
