package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A release for helm to install or upgrade.
 *
 * @param namespace where helm keeps it, and what the chart takes for its own; there already
 * @param values all that are set; the chart has the others
 */
public record HelmRelease(String name, String namespace, Chart chart, ObjectNode values) {
    /** Of the names of releases: helm adds a suffix of its own, and labels hold 63. */
    static final int MAX_NAME = 53;

    /**
     * The command that installs or upgrades it and waits for it, for people: helm 3 and 4 both know these flags.
     *
     * @param valuesFile where its values stand
     */
    String command(String valuesFile) {
        List<String> command = new ArrayList<>(List.of("helm", "upgrade", "--install", name));
        command.addAll(chart.arguments());
        command.addAll(List.of("--namespace", namespace, "--values", valuesFile, "--wait"));
        return command.stream().map(HelmRelease::word).collect(Collectors.joining(" "));
    }

    /** As a shell has to be given it. */
    private static String word(String argument) {
        return argument.matches("[A-Za-z0-9@%+=:,./_-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }

    public ObjectId id() {
        return ObjectId.ofRelease(namespace, name);
    }
}
