package dev.marchwarden.verification;

import dev.marchwarden.cluster.Execution;
import dev.marchwarden.cluster.NamespacedName;
import dev.marchwarden.cluster.PodConnections;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A container with curl or wget, in a pod with a proxy. */
record Client(PodConnections pods, NamespacedName pod, String container, Program program) {
    private static final int SECONDS = 5;

    /** The program has {@link #SECONDS}; what is beyond is for the way there. */
    private static final Duration TIMEOUT = Duration.ofSeconds(SECONDS + 10L);

    enum Program {
        CURL("curl", "--version"),
        WGET("wget", "--help");

        private final String command;
        private final String harmless;

        Program(String command, String harmless) {
            this.command = command;
            this.harmless = harmless;
        }

        /** A command that does nothing, and so tells whether there is such a program. */
        List<String> harmless() {
            return List.of(command, harmless);
        }

        /** Headers come before the body, so that of a long answer the part that matters is kept; settings of the container do not apply. */
        private List<String> get(String url) {
            String limit = String.valueOf(SECONDS);
            return this == CURL
                    ? List.of(command, "-q", "-sS", "-i", "-m", limit, "--noproxy", "*", url)
                    : List.of(command, "-S", "-t", "1", "-T", limit, "-Y", "off", "-O", "-", url);
        }
    }

    ProbeResponse ask(String url) throws IOException {
        Execution execution = pods.exec(pod, container, program.get(url), TIMEOUT);
        return program == Program.CURL ? ProbeResponse.ofCurl(execution) : ProbeResponse.ofWget(execution);
    }

    @Override
    public String toString() {
        return pod + " (" + container + ")";
    }
}
