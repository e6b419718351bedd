package dev.marchwarden.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.text.Quoted;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.ExecEnvVar;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The program of a kubeconfig that gives credentials. It is run as kubectl runs it: what it writes to stderr is for the user, who may be
 * asked to log in, and only stdout is read. The library mixes the two, and waits for the program without end.
 *
 * @param cluster told to the program, if it wants to know it
 * @param timeout how long the program may take
 */
record ExecProgram(ExecConfig exec, Cluster cluster, Duration timeout) {
    /** Time for a login in a browser. */
    static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final String KIND = "ExecCredential";
    private static final int MAX_OUTPUT = 1 << 20;

    /**
     * What the program gives: a token, a certificate with its key, or both.
     *
     * @param token empty for none
     * @param certificate in PEM; empty for none
     * @param key in PEM; empty for none
     * @param expires {@link Instant#MAX} where the program does not say
     */
    record Credentials(String token, String certificate, String key, Instant expires) {}

    /** Throws {@link IOException} with one line: the program, what is wrong with it, what is expected. */
    Credentials run() throws IOException {
        Process process = start();
        try {
            CompletableFuture<byte[]> output = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> read(process.getInputStream(), output));
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw problem("did not end within " + timeout.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw problem("failed with exit code " + process.exitValue());
            }
            // A program that it left behind may keep its stdout open.
            return credentials(
                    output.completeOnTimeout(new byte[0], 1, TimeUnit.SECONDS).join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where input or output is no terminal, depending on the JDK
    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(exec.getCommand());
        if (exec.getArgs() != null) {
            command.addAll(exec.getArgs());
        }
        Console console = System.console();
        boolean isInteractive = console != null && console.isTerminal() && !"Never".equals(exec.getInteractiveMode());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectError(Redirect.INHERIT)
                .redirectInput(isInteractive ? Redirect.INHERIT : Redirect.PIPE);
        builder.environment().put("KUBERNETES_EXEC_INFO", request(isInteractive).toString());
        if (exec.getEnv() != null) {
            for (ExecEnvVar variable : exec.getEnv()) {
                builder.environment().put(variable.getName(), variable.getValue());
            }
        }
        try {
            Process process = builder.start();
            if (!isInteractive) {
                process.getOutputStream().close();
            }
            return process;
        } catch (IOException e) {
            throw problem("cannot be started");
        }
    }

    private ObjectNode request(boolean isInteractive) {
        ObjectNode request = ModelJson.MAPPER
                .createObjectNode()
                .put("apiVersion", exec.getApiVersion())
                .put("kind", KIND);
        ObjectNode spec = request.putObject("spec").put("interactive", isInteractive);
        if (Boolean.TRUE.equals(exec.getProvideClusterInfo())) {
            spec.putObject("cluster")
                    .put("server", cluster.getServer())
                    .put("tls-server-name", cluster.getTlsServerName())
                    .put("insecure-skip-tls-verify", Boolean.TRUE.equals(cluster.getInsecureSkipTlsVerify()))
                    .put("certificate-authority-data", cluster.getCertificateAuthorityData())
                    .put("proxy-url", cluster.getProxyUrl());
        }
        return request;
    }

    private static void read(InputStream stdout, CompletableFuture<byte[]> output) {
        try (stdout) {
            output.complete(stdout.readNBytes(MAX_OUTPUT));
        } catch (IOException e) {
            output.complete(new byte[0]);
        }
    }

    private Credentials credentials(byte[] output) throws IOException {
        JsonNode answer;
        try {
            answer = ModelJson.MAPPER.readTree(new String(output, UTF_8));
        } catch (IOException e) {
            throw problem("printed no " + KIND + " in JSON"); // without the cause, which may quote a token
        }
        if (!answer.path("kind").asText().equals(KIND)) {
            throw problem("printed no " + KIND + " in JSON");
        }
        String version = answer.path("apiVersion").asText();
        if (!version.equals(exec.getApiVersion())) {
            throw problem("printed an " + KIND + " of " + Quoted.of(version) + ", and the kubeconfig wants "
                    + Quoted.of(String.valueOf(exec.getApiVersion())));
        }
        JsonNode status = answer.path("status");
        Credentials credentials = new Credentials(
                status.path("token").asText(""),
                status.path("clientCertificateData").asText(""),
                status.path("clientKeyData").asText(""),
                expires(status.path("expirationTimestamp").asText("")));
        if (credentials.certificate().isEmpty() != credentials.key().isEmpty()) {
            throw problem("gave a client certificate or its key without the other");
        }
        if (credentials.token().isEmpty() && credentials.certificate().isEmpty()) {
            throw problem("gave no credentials");
        }
        return credentials;
    }

    private Instant expires(String time) throws IOException {
        try {
            return time.isEmpty() ? Instant.MAX : OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeException e) {
            throw problem("gave an expirationTimestamp that is no time");
        }
    }

    /** Its arguments may be secret. */
    private IOException problem(String what) {
        return new IOException("the program " + Quoted.of(exec.getCommand()) + ", which gives the credentials, " + what
                + " (expected: an " + KIND + "; run it as the kubeconfig does to see why)");
    }
}
