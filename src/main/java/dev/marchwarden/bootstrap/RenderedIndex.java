package dev.marchwarden.bootstrap;

import dev.marchwarden.tenancy.Usergroup;
import java.util.stream.Collectors;

/** The README.md of rendered files, with the commands in order. */
final class RenderedIndex {
    private RenderedIndex() {}

    static String of(DesiredState desired) {
        StringBuilder page = new StringBuilder(
                """
                # Control planes for %s

                Made by `marchwarden bootstrap render` from tenancy `%s`; render again instead of editing. One step after the other: each rests on
                those before it. Any tool will do that applies manifests and installs charts with values; these are the commands of kubectl and
                helm. They may be run again at any time.

                | step | what for |
                |---|---|
                """.formatted(usergroups(desired), desired.tenancy().name()));
        for (Step step : desired.steps()) {
            page.append("| [`%s`](%s) | %s |\n".formatted(step.name(), Rendering.file(step), step.purpose()));
        }
        page.append("\n```sh\n");
        desired.steps().forEach(step -> page.append(command(step)).append('\n'));
        page.append("```\n");
        page.append("""

                Nothing here removes anything. A usergroup, revision or tag that is no longer in the tenancy leaves its files behind if this
                directory is rendered again, and its objects in the cluster.

                ## With istioctl

                The files under `istioctl` take the place of the `helm` commands, each with the istioctl of its version. The first
                `istioctl install` brings a default tag and a default validator along, which inject and validate for everybody: they are taken
                away again.

                ```sh
                """);
        desired.steps().stream()
                .filter(step ->
                        step.name().endsWith("/namespace") || step.name().endsWith("/network-policy"))
                .forEach(step -> page.append(command(step)).append('\n'));
        for (ControlPlane plane : desired.controlPlanes()) {
            page.append("istioctl install -y -f %s   # %s\n"
                    .formatted(Rendering.operatorFile(plane), plane.chart().version()));
        }
        page.append("""
                kubectl delete mutatingwebhookconfiguration -l istio.io/tag=default
                kubectl delete validatingwebhookconfiguration istiod-default-validator --ignore-not-found
                kubectl apply --server-side --field-manager marchwarden -R -f manifests
                ```
                """);
        return page.toString();
    }

    private static String usergroups(DesiredState desired) {
        return desired.tenancy().usergroups().stream().map(Usergroup::name).collect(Collectors.joining(", "));
    }

    private static String command(Step step) {
        return switch (step) {
            case Step.Objects objects ->
                "kubectl apply --server-side --field-manager marchwarden -f " + Rendering.file(objects);
            case Step.Release release -> release.release().command(Rendering.file(release));
        };
    }
}
