package dev.marchwarden.chart;

import dev.marchwarden.bootstrap.UsergroupStep;
import dev.marchwarden.bootstrap.UsergroupStep.Part;
import dev.marchwarden.bootstrap.UsergroupSteps;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.tools.GoldenFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The rights of the Job for what the steps of each usergroup write, which are generated from the declarations of the steps.
 * {@code MARCHWARDEN_GOLDEN=write mvn test -Dtest=BootstrapStepRulesTest} writes them.
 */
class BootstrapStepRulesTest {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

    /** Names in the templates of the steps that the values of the chart have too. */
    private static final Set<String> KNOWN = Set.of("usergroup", "revision", "systemNamespace");

    @Test
    void theJobMayWriteWhatTheStepsWriteByName() throws IOException {
        StringBuilder text = new StringBuilder("""
                {{/* Generated from the steps of `bootstrap` by BootstrapStepRulesTest; do not edit. A name that the chart does not know is left out. */}}
                {{- define "marchwarden.bootstrapStepRules" -}}
                """);
        for (UsergroupStep step : UsergroupSteps.ALL) {
            step.parts().forEach(part -> text.append(rule(step, part)));
        }
        text.append("{{- end -}}\n");
        GoldenFile.holds(Chart.ROOT.resolve("templates/_bootstrap-steps.tpl"), text.toString());
    }

    private static String rule(UsergroupStep step, Part part) {
        Kind<?> kind = Kind.named(part.apiVersion(), part.kind());
        List<String> variables = VARIABLE.matcher(part.name())
                .results()
                .map(found -> found.group(1))
                .toList();
        String group = kind.group().isEmpty() ? "\"\"" : kind.group();
        String names = "";
        StringBuilder rule = new StringBuilder();
        if (variables.isEmpty()) {
            names = ", resourceNames: [" + part.name() + "]";
        } else if (KNOWN.containsAll(variables)) {
            rule.append("{{- $names := list -}}\n");
            rule.append(loops(part.name(), variables));
            names = ", resourceNames: {{ toJson $names }}";
        }
        return rule.append("# Step %s.\n- {apiGroups: [%s], resources: [%s]%s, verbs: [get, create, patch]}\n"
                        .formatted(step.name(), group, kind.plural(), names))
                .toString();
    }

    /** Appends the name of each usergroup, or of each of its revisions, to {@code $names}. */
    private static String loops(String name, List<String> variables) {
        boolean byRevision = variables.contains("revision");
        String format = VARIABLE.matcher(name).replaceAll("%s");
        String arguments = variables.stream()
                .map(variable -> switch (variable) {
                    case "usergroup" -> "$usergroup.name";
                    case "systemNamespace" -> "(default $usergroup.name $usergroup.systemNamespace)";
                    default -> "$revision";
                })
                .collect(Collectors.joining(" "));
        List<String> lines = new ArrayList<>();
        lines.add("{{- range $usergroup := .Values.usergroups -}}");
        if (byRevision) {
            lines.add("{{- range $revision := default (list $usergroup.name) $usergroup.revisions -}}");
        }
        lines.add("{{- $names = append $names (printf \"%s\" %s) -}}".formatted(format, arguments));
        if (byRevision) {
            lines.add("{{- end -}}");
        }
        lines.add("{{- end }}");
        return String.join("\n", lines) + "\n";
    }
}
