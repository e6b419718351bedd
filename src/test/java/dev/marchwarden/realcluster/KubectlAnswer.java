package dev.marchwarden.realcluster;

import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tools.ToolRun;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What came of a request, as the person at the keyboard sees it.
 *
 * @param decision {@code allowed}, {@code denied} by us, {@code undecided} by us, or {@code failed} for any other reason
 * @param rules that it was denied by
 * @param warned rules that it was warned of
 */
record KubectlAnswer(String decision, Set<String> rules, Set<String> warned, String text) {
    private static final Pattern BY_US = Pattern.compile(
            "admission webhook \"[a-z-]+\\.marchwarden\\.dev\" denied the request: (.*?)(?=\\nError |\\z)",
            Pattern.DOTALL);
    private static final Pattern WARNING = Pattern.compile("(?m)^Warning: (.*)$");
    private static final Set<String> NAMES =
            Arrays.stream(RuleName.values()).map(RuleName::spelling).collect(Collectors.toUnmodifiableSet());
    private static final Pattern RULE = Pattern.compile("(?m)^(?:- )?(" + String.join("|", NAMES) + "): ");

    static KubectlAnswer of(ToolRun run) {
        Set<String> warned = new TreeSet<>();
        Matcher warnings = WARNING.matcher(run.err());
        while (warnings.find()) {
            warned.addAll(rules(String.valueOf(warnings.group(1))));
        }
        Matcher byUs = BY_US.matcher(run.err());
        boolean denied = byUs.find();
        Set<String> rules = denied ? rules(String.valueOf(byUs.group(1))) : Set.of();
        String decision = run.succeeded() ? "allowed" : !denied ? "failed" : rules.isEmpty() ? "undecided" : "denied";
        return new KubectlAnswer(decision, rules, warned, run.text());
    }

    private static Set<String> rules(String text) {
        Set<String> rules = new TreeSet<>();
        Matcher matcher = RULE.matcher(text);
        while (matcher.find()) {
            rules.add(String.valueOf(matcher.group(1)));
        }
        return rules;
    }
}
