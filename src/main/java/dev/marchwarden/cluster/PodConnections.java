package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Into pods, through the API server: a program is run in a container, or a port is talked to. Each takes the rights {@code get} and, from
 * Kubernetes 1.35 on, {@code create} on {@code pods/exec} or {@code pods/portforward}. Every method throws {@link RefusedException} where the
 * API server or the kubelet says no, and any other {@link IOException} where there is no whole answer in time.
 */
public final class PodConnections {
    /** The one that API servers translate for the node (Kubernetes 1.30), and the one that they pass on to it. */
    private static final String CURRENT = "v5.channel.k8s.io";

    private static final String OLDER = "v4.channel.k8s.io";

    /** Of what a node or a program says. Why something failed is said last, so this is much. */
    static final int SHOWN = 600;

    private final ApiServer api;
    private volatile boolean speaksCurrent = true;

    public PodConnections(ApiServer api) {
        this.api = api;
    }

    /**
     * Runs a program, without a shell and without input, and waits for its end.
     *
     * @throws NotStartedException where there is nothing to wait for
     */
    public Execution exec(NamespacedName pod, String container, List<String> command, Duration timeout)
            throws IOException {
        StringBuilder query = new StringBuilder("exec?container=" + encoded(container) + "&stdout=true&stderr=true");
        command.forEach(word -> query.append("&command=").append(encoded(word)));
        String where = "container " + container + " of Pod " + pod;
        try (PodSocket socket = exec(pod, query.toString(), Deadline.in(timeout))) {
            return new RunningProgram(where).end(socket);
        }
    }

    private PodSocket exec(NamespacedName pod, String query, Deadline deadline) throws IOException {
        if (speaksCurrent) {
            try {
                return PodSocket.open(api, path(pod, query), CURRENT, deadline);
            } catch (UpgradeRefusedException e) {
                if (!e.body().isBlank()) {
                    throw refused(pod, "exec in", e);
                }
                // A node's server, which an older API server asks with our words, refuses a protocol without a word of
                // its own.
            }
        }
        try {
            PodSocket opened = PodSocket.open(api, path(pod, query), OLDER, deadline);
            speaksCurrent = false;
            return opened;
        } catch (UpgradeRefusedException e) {
            throw refused(pod, "exec in", e);
        }
    }

    /** What a port inside of a pod answers to a GET. The pod sees it come from its own loopback. */
    public HttpAnswer get(NamespacedName pod, int port, String path, Duration timeout) throws IOException {
        String query = "portforward?ports=" + port;
        try (ForwardedPort connection = new ForwardedPort(
                PodSocket.open(api, path(pod, query), ForwardedPort.PROTOCOL, Deadline.in(timeout)))) {
            connection.write(HttpAnswer.request(path));
            HttpAnswer answer = HttpAnswer.read(connection);
            connection.awaitEnd();
            return answer;
        } catch (UpgradeRefusedException e) {
            throw refused(pod, "forward a port of", e);
        }
    }

    private static String path(NamespacedName pod, String query) {
        return "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name() + "/" + query;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static RefusedException refused(NamespacedName pod, String verb, UpgradeRefusedException no) {
        return new RefusedException(ObjectName.pod(pod), verb, no.status(), message(no.body()));
    }

    private static String message(String body) {
        try {
            JsonNode status = JsonTrees.MAPPER.readTree(body);
            return Quoted.line(status.isObject() ? status.path("message").asText() : body, SHOWN);
        } catch (JacksonException e) {
            return Quoted.line(body, SHOWN);
        }
    }
}
