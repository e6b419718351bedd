package dev.marchwarden.realcluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tools.KubernetesTool;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The chart as people install it, by helm. No node runs its pods, so replicas run here, with the arguments, the tenancy and the service account
 * of the Deployment. Its Service is made the name of this machine, whereupon the API server calls it here, and verifies the name of the Service.
 */
final class Release {
    static final String NAMESPACE = Installation.NAMESPACE;
    static final String NAME = "marchwarden";
    static final List<String> CONFIGURATIONS =
            List.of("validatingwebhookconfiguration", "mutatingwebhookconfiguration");

    private static final int HTTPS = 443;
    private static final String WEBHOOKS = "marchwarden.dev/webhooks";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path CHART = Path.of("charts", "marchwarden").toAbsolutePath();
    private static final String THIS_MACHINE = """
            {"spec": {"type": "ExternalName", "externalName": "localhost", "clusterIP": null, "clusterIPs": null,
            "ipFamilies": null, "ipFamilyPolicy": null, "selector": null}}
            """;

    private final TestCluster cluster;
    private final Kubectl admin;

    Release(TestCluster cluster) {
        this.cluster = cluster;
        this.admin = cluster.admin();
    }

    void helm(String command, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command, NAME));
        if (!command.equals("uninstall")) {
            arguments.add(CHART.toString());
            arguments.add("--values="
                    + InstalledCluster.FIXTURES.resolve("values.yaml").toAbsolutePath());
        }
        arguments.add("--namespace=" + NAMESPACE);
        arguments.addAll(List.of(more));
        ToolRun run = ToolRun.of(
                KubernetesTool.HELM.path(),
                cluster.directory(),
                Map.of(
                        "HOME",
                        cluster.directory().toString(),
                        "KUBECONFIG",
                        cluster.controlPlane().kubeconfig().toString()),
                arguments,
                "");
        if (!run.succeeded()) {
            throw new AssertionError("helm " + String.join(" ", arguments) + ": " + run.text());
        }
    }

    /** Has the API server call this port of this machine instead of pods. */
    void pointAt(int port) throws IOException, InterruptedException {
        admin.must("patch", "service", NAME, "--namespace=" + NAMESPACE, "--type=merge", "-p", THIS_MACHINE);
        callPort(port);
    }

    /** As it was, for helm does not write over what others have. */
    void pointBack() throws IOException, InterruptedException {
        admin.must("delete", "service", NAME, "--namespace=" + NAMESPACE);
        callPort(HTTPS);
    }

    /** The webhooks of the validation are the business of the replicas, which go by the annotation. */
    private void callPort(int port) throws IOException, InterruptedException {
        String wanted = wanted().replaceAll("(?m)^( +port:) \\d+$", "$1 " + port);
        ObjectNode patch = JSON.createObjectNode();
        patch.withObject("/metadata").withObject("/annotations").put(WEBHOOKS, wanted);
        admin.must("patch", CONFIGURATIONS.getFirst(), NAME, "--type=merge", "-p", patch.toString());
        admin.must(
                "patch",
                CONFIGURATIONS.getLast(),
                NAME,
                "--type=json",
                "-p",
                "[{\"op\": \"replace\", \"path\": \"/webhooks/0/clientConfig/service/port\", \"value\": %d}]"
                        .formatted(port));
    }

    private String wanted() throws IOException, InterruptedException {
        return configuration(CONFIGURATIONS.getFirst())
                .path("metadata")
                .path("annotations")
                .path(WEBHOOKS)
                .asText();
    }

    /** Whether the API server calls this port for every validation. */
    boolean isInForceAt(int port) throws IOException, InterruptedException {
        JsonNode webhooks = configuration(CONFIGURATIONS.getFirst()).path("webhooks");
        return !webhooks.isEmpty()
                && webhooks.valueStream()
                        .allMatch(webhook ->
                                webhook.at("/clientConfig/service/port").asInt() == port);
    }

    /** A pod of the Deployment, so to say. */
    WebhookProcess replica(String name, int port) throws Exception {
        String token = admin.must("create", "token", NAME, "--namespace=" + NAMESPACE, "--duration=2h")
                .strip();
        JsonNode tenancy = get("configmap", NAME + "-tenancy");
        Path config = Files.writeString(
                cluster.directory().resolve("tenancy.yaml"),
                tenancy.at("/data/tenancy.yaml").asText());
        List<String> arguments = new ArrayList<>(
                List.of("--config=" + config, "--kubeconfig=" + cluster.kubeconfig(token), "--tls-engine=auto"));
        for (JsonNode argument : get("deployment", NAME).at("/spec/template/spec/containers/0/args")) {
            if (!argument.asText().matches("serve|--(config|listen|ops-listen|drain-seconds)(=.*)?")) {
                arguments.add(argument.asText());
            }
        }
        return WebhookProcess.start(name, cluster.directory(), "127.0.0.1:" + port, arguments);
    }

    JsonNode configuration(String kind) throws IOException, InterruptedException {
        return get(kind, NAME);
    }

    /** Of every webhook of both configurations, in PEM and base64; empty where there is none. */
    List<String> authorities() throws IOException, InterruptedException {
        List<String> authorities = new ArrayList<>();
        for (String kind : CONFIGURATIONS) {
            configuration(kind)
                    .path("webhooks")
                    .forEach(webhook -> authorities.add(
                            webhook.path("clientConfig").path("caBundle").asText()));
        }
        return authorities;
    }

    /** A value of the Secret, in base64. */
    String secret(String key) throws IOException, InterruptedException {
        return get("secret", NAME + "-tls").path("data").path(key).asText();
    }

    /** Takes values out of the Secret. */
    void dropFromSecret(String... keys) throws IOException, InterruptedException {
        List<String> values = new ArrayList<>();
        for (String key : keys) {
            values.add("\"" + key + "\": null");
        }
        admin.must(
                "patch",
                "secret",
                NAME + "-tls",
                "--namespace=" + NAMESPACE,
                "--type=merge",
                "-p",
                "{\"data\": {" + String.join(", ", values) + "}}");
    }

    private JsonNode get(String kind, String name) throws IOException, InterruptedException {
        return JSON.readTree(admin.must("get", kind, name, "--namespace=" + NAMESPACE, "--output=json"));
    }
}
