package dev.marchwarden.verification;

import dev.marchwarden.bootstrap.ClusterNames;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstiodSetting;
import dev.marchwarden.istio.IstiodSetting.Safe;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The variables and arguments that each istiod of a usergroup runs with do not weaken the boundary. */
final class IstiodSettings implements Check {
    private static final String NAME = "istiod-settings";
    private static final String FIX = "remove it from the istiod chart's values, " + FixCommands.APPLY;

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            for (Istiod istiod : snapshot.istiods(usergroup)) {
                List<Finding> wrong = findings(usergroup, istiod);
                findings.addAll(wrong);
                if (wrong.isEmpty()) {
                    findings.add(Finding.ok(NAME, istiod.name(), "no variable or argument weakens the boundary"));
                }
            }
        }
        return findings;
    }

    private static List<Finding> findings(Usergroup usergroup, Istiod istiod) {
        List<Finding> findings = new ArrayList<>();
        for (IstiodSetting setting : IstiodSetting.VARIABLES) {
            EnvVar variable = istiod.variable(setting.name());
            if (setting.safe() == Safe.OWN) {
                own(setting, variable, usergroup, istiod).ifPresent(findings::add);
            } else if (variable != null) {
                weakening(setting, variable, istiod).ifPresent(findings::add);
            }
        }
        if (!istiod.container().getEnvFrom().isEmpty()) {
            findings.add(Finding.warning(
                    NAME, istiod.name(), "envFrom: it may have variables that are not visible here", FIX));
        }
        for (IstiodSetting setting : IstiodSetting.ARGUMENTS) {
            istiod.argument(setting.name())
                    .filter(value -> !value.equals(byDefault(setting, istiod)))
                    .map(value -> wrong(setting, istiod, setting.name() + " " + Quoted.of(value)))
                    .ifPresent(findings::add);
        }
        return findings;
    }

    /** What an argument is where it is not given. */
    private static String byDefault(IstiodSetting argument, Istiod istiod) {
        return switch (argument.name()) {
            case "--meshConfig" -> "./etc/istio/config/mesh";
            case "--registries" -> "Kubernetes";
            case "--clusterRegistriesNamespace" -> istiod.namespace();
            default -> "";
        };
    }

    private static Optional<Finding> weakening(IstiodSetting setting, EnvVar variable, Istiod istiod) {
        if (variable.getValue() == null && variable.getValueFrom() != null) {
            return Optional.of(wrong(setting, istiod, setting.name() + " has a value that is not visible here"));
        }
        String value = Containers.value(variable);
        return setting.isSafe(value, istiod.namespace())
                ? Optional.empty()
                : Optional.of(wrong(setting, istiod, setting.name() + " is " + Quoted.of(value)));
    }

    private static Finding wrong(IstiodSetting setting, Istiod istiod, String found) {
        return Finding.error(NAME, istiod.name(), found + ": " + setting.reason(), FIX);
    }

    /** Control planes that {@code bootstrap} did not set up do not have it: that is known to work where no Gateway of the Gateway API is used. */
    private static Optional<Finding> own(
            IstiodSetting setting, @Nullable EnvVar variable, Usergroup usergroup, Istiod istiod) {
        String expected = expected(setting, usergroup);
        String found = Containers.value(variable);
        if (found.equals(expected)) {
            return Optional.empty();
        }
        String what = variable == null ? " is not set" : " is " + Quoted.of(found);
        return Optional.of(Finding.warning(
                NAME,
                istiod.name(),
                setting.name() + what + ", expected " + expected + ": " + setting.reason(),
                FixCommands.APPLY));
    }

    private static String expected(IstiodSetting setting, Usergroup usergroup) {
        return switch (setting.name()) {
            case "PILOT_GATEWAY_API_CONTROLLER_NAME" -> ClusterNames.gatewayController(usergroup.name());
            case "PILOT_GATEWAY_API_DEFAULT_GATEWAYCLASS_NAME" -> usergroup.gatewayClass();
            case "PILOT_SCOPE_GATEWAY_TO_NAMESPACE" -> "true";
            default -> throw new IllegalStateException(setting.name());
        };
    }
}
