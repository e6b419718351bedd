package dev.marchwarden.standin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What runs in pods, as tests say, answered for as by the API server, kubelet and container runtime together (kubernetes:
 * k8s.io/apiserver/pkg/util/proxy, k8s.io/cri-streaming).
 */
public final class Kubelets {
    static final String CURRENT = "v5.channel.k8s.io";
    static final String OLDER = "v4.channel.k8s.io";

    private record Container(String namespace, String pod, String name) {}

    private record Port(String namespace, String pod, int number) {}

    private final Map<Container, Function<List<String>, Ran>> programs = new ConcurrentHashMap<>();
    private final Map<Port, Function<String, byte[]>> ports = new ConcurrentHashMap<>();
    private final Queue<List<String>> commands = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile List<String> execProtocols = List.of(CURRENT, OLDER);

    /** What comes of commands in a container; without one, there is no such program in it. */
    public void run(String namespace, String pod, String container, Function<List<String>, Ran> program) {
        programs.put(new Container(namespace, pod, container), program);
    }

    /** The bytes that a port in a pod answers to a path; without one, nobody listens. */
    public void listen(String namespace, String pod, int port, Function<String, byte[]> answer) {
        ports.put(new Port(namespace, pod, port), answer);
    }

    /** As an API server of Kubernetes 1.28 or older, which passes exec on to the node. */
    public void older() {
        execProtocols = List.of(OLDER);
    }

    /** Every command that was run. */
    public List<List<String>> commands() {
        return new ArrayList<>(commands);
    }

    void stop() {
        over.countDown();
    }

    List<String> protocols(Upgrade upgrade) {
        return upgrade.kind().equals("exec") ? execProtocols : List.of(OLDER);
    }

    void serve(Upgrade upgrade, String protocol, WebSocketPeer peer) throws IOException, InterruptedException {
        if (upgrade.kind().equals("exec")) {
            exec(upgrade, protocol, peer);
        } else {
            forward(upgrade, peer);
        }
    }

    private void exec(Upgrade upgrade, String protocol, WebSocketPeer peer) throws IOException, InterruptedException {
        peer.send(1, new byte[0]); // tells the client that it is connected
        List<String> command = upgrade.query().getOrDefault("command", List.of());
        commands.add(command);
        Function<List<String>, Ran> program =
                programs.get(new Container(upgrade.namespace(), upgrade.pod(), upgrade.first("container")));
        Ran ran = program == null ? Ran.missing(command.getFirst()) : program.apply(command);
        for (String part : ran.output().split("(?<=\\G.{32768})")) {
            peer.send(1, part.getBytes(UTF_8));
        }
        if (!ran.errors().isEmpty()) {
            peer.send(2, ran.errors().getBytes(UTF_8));
        }
        switch (ran.ending()) {
            case EXIT, NOT_STARTED -> {
                peer.send(3, status(ran, protocol).toString().getBytes(UTF_8));
                peer.close();
            }
            case BREAK -> {}
            case NEVER -> over.await();
        }
    }

    /** API servers have metadata in theirs, nodes have not. */
    private static ObjectNode status(Ran ran, String protocol) {
        ObjectNode status = Json.object();
        if (protocol.equals(CURRENT)) {
            status.putObject("metadata");
        }
        if (ran.ending() == Ran.Ending.NOT_STARTED) {
            boolean passedOn = protocol.equals(CURRENT) && ran.message().contains(": error executing");
            return status.put("status", "Failure")
                    .put("message", (passedOn ? "Internal error occurred: " : "") + ran.message())
                    .put("reason", "InternalError")
                    .put("code", 500);
        }
        if (ran.exitCode() == 0) {
            return status.put("status", "Success");
        }
        status.put("status", "Failure")
                .put(
                        "message",
                        "command terminated with non-zero exit code: command terminated with exit code "
                                + ran.exitCode())
                .put("reason", "NonZeroExitCode");
        status.putObject("details")
                .putArray("causes")
                .addObject()
                .put("reason", "ExitCode")
                .put("message", String.valueOf(ran.exitCode()));
        return status;
    }

    private void forward(Upgrade upgrade, WebSocketPeer peer) throws IOException {
        int port = Integer.parseInt(upgrade.first("ports"));
        byte[] number = {(byte) port, (byte) (port >> 8)};
        peer.send(0, number);
        peer.send(1, number);
        Function<String, byte[]> answer = ports.get(new Port(upgrade.namespace(), upgrade.pod(), port));
        String path = path(peer); // else what comes in unread would take with it, by a reset, what goes out
        if (path == null) {
            return;
        }
        if (answer == null) {
            peer.send(
                    1,
                    ("error forwarding port " + port + " to pod 5f0c, uid : failed to execute portforward in network"
                                    + " namespace \"/var/run/netns/cni-1\": failed to connect to localhost:" + port
                                    + " inside namespace \"5f0c\", IPv4: dial tcp4 127.0.0.1:" + port
                                    + ": connect: connection refused IPv6 dial tcp6 [::1]:" + port
                                    + ": connect: connection refused ")
                            .getBytes(UTF_8));
            peer.close();
            return;
        }
        byte[] bytes = answer.apply(path);
        for (int from = 0; from < bytes.length; from += 32 << 10) {
            peer.send(0, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + (32 << 10))));
        }
        peer.close();
    }

    private static @Nullable String path(WebSocketPeer peer) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        while (!request.toString(UTF_8).endsWith("\r\n\r\n")) {
            byte[] message = peer.receive();
            if (message == null) {
                return null;
            }
            request.writeBytes(WebSocketPeer.withoutChannel(message));
        }
        return request.toString(UTF_8).split(" ", 3)[1];
    }
}
