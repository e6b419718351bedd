package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.json.JsonTrees;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The channels of an exec, until its end is told (kubernetes: k8s.io/cri-streaming, remotecommand). The status comes last, when all output
 * has been sent.
 */
final class RunningProgram {
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int STATUS = 3;

    /** Of each channel; what goes beyond is read and dropped. */
    static final int MAX_OUTPUT = 64 << 10;

    /** Runtimes say with these, as if the program had, that there was none: cri-dockerd the first, CRI-O with any. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;
    private static final Pattern RUNTIME_FAILED = Pattern.compile(
            "OCI runtime exec failed|unable to start container process|executable file not found in \\$PATH");

    private final String where;
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final ByteArrayOutputStream status = new ByteArrayOutputStream();

    /** @param where for messages */
    RunningProgram(String where) {
        this.where = where;
    }

    Execution end(PodSocket socket) throws IOException {
        while (true) {
            PodSocket.Message message = socket.next();
            if (message == null) {
                throw new IOException("the connection to " + where + " ended before it was told how the program ended");
            }
            switch (message.channel()) {
                case STDOUT -> keep(output, message.content());
                case STDERR -> keep(errors, message.content());
                case STATUS -> {
                    keep(status, message.content());
                    if (status.size() > 0) {
                        socket.awaitEnd();
                        return ended();
                    }
                }
                default -> {} // nothing that we asked for
            }
        }
    }

    private static void keep(ByteArrayOutputStream kept, ByteBuffer content) {
        int room = Math.min(content.remaining(), MAX_OUTPUT - kept.size());
        byte[] bytes = new byte[room];
        content.get(bytes);
        kept.writeBytes(bytes);
    }

    private Execution ended() throws IOException {
        JsonNode told;
        try {
            told = JsonTrees.MAPPER.readTree(status.toByteArray());
        } catch (JacksonException e) {
            throw new IOException("the message about the end of the program in " + where + " is not a Status", e);
        }
        String out = output.toString(StandardCharsets.UTF_8);
        String err = errors.toString(StandardCharsets.UTF_8);
        if (told.path("status").asText().equals("Success")) {
            return new Execution(0, out, err);
        }
        for (JsonNode cause : told.at("/details/causes")) {
            if (cause.path("reason").asText().equals("ExitCode")) {
                return exited(cause.path("message").asInt(-1), out, err);
            }
        }
        throw new NotStartedException(where, told.path("message").asText("no reason is given"));
    }

    private Execution exited(int code, String out, String err) throws NotStartedException {
        boolean runtime = RUNTIME_FAILED.matcher(err).find()
                || RUNTIME_FAILED.matcher(out).find();
        if (code == NOT_EXECUTABLE || code == NOT_FOUND || (runtime && code != 0)) {
            throw new NotStartedException(where, "exit code " + code + ", " + (err.isBlank() ? out : err));
        }
        return new Execution(code, out, err);
    }
}
