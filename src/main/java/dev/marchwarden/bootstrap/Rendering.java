package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.YamlText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The desired state as files, for GitOps. The same for the same input. */
public final class Rendering {
    /** Of the directory that tells what to do with the others. */
    static final String INDEX = "README.md";

    private final DesiredState desired;

    public Rendering(DesiredState desired) {
        this.desired = desired;
    }

    /** Content by path, which is relative and has {@code /} in it: manifests, helm values, files for istioctl, and how to use them. */
    public Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put(INDEX, RenderedIndex.of(desired));
        for (Step step : desired.steps()) {
            files.put(file(step), content(step));
        }
        for (ControlPlane plane : desired.controlPlanes()) {
            files.put(
                    operatorFile(plane),
                    comment("For istioctl %s, instead of helm release %s.\nREADME.md lists the other steps."
                                    .formatted(plane.chart().version(), plane.releaseName()))
                            + YamlText.of(OperatorFile.of(plane)));
        }
        return files;
    }

    /** Every object as one stream of YAML that an API server takes; what helm is to do, and with which values, as comments in its place. */
    public String stream() {
        return desired.steps().stream()
                .map(step -> switch (step) {
                    case Step.Objects objects -> content(objects);
                    case Step.Release release ->
                        content(release)
                                .lines()
                                .map(line -> line.startsWith("#") ? line : "#   " + line)
                                .collect(Collectors.joining("\n", "", "\n"));
                })
                .collect(Collectors.joining("---\n"));
    }

    static String file(Step step) {
        return switch (step) {
            case Step.Objects objects -> "manifests/" + objects.name() + ".yaml";
            case Step.Release release -> "values/" + release.name() + ".yaml";
        };
    }

    static String operatorFile(ControlPlane plane) {
        return "istioctl/" + plane.usergroup().name() + "/" + plane.revision() + ".yaml";
    }

    private static String content(Step step) {
        return switch (step) {
            case Step.Objects objects ->
                comment(objects.name() + ": " + objects.purpose()) + documents(objects.objects());
            case Step.Release release ->
                comment(release.name() + ": " + release.purpose() + "\n"
                                + release.release().command(file(release)))
                        + YamlText.of(release.release().values());
        };
    }

    private static String documents(List<JsonNode> objects) {
        return objects.stream().map(YamlText::of).collect(Collectors.joining("---\n"));
    }

    private static String comment(String text) {
        return text.lines().map(line -> "# " + line + "\n").collect(Collectors.joining());
    }
}
