package dev.marchwarden.verification;

import dev.marchwarden.cluster.NotStartedException;
import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.tenancy.Usergroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the client of a usergroup for a probe: the guide's curl or sleep if it is there, else the first by name of which a container has a program for it. */
record Clients(PodConnections pods, Membership membership) {
    private static final Set<String> SAMPLES = Set.of("curl", "sleep");

    /** Many applications have neither curl nor a shell; so many containers are tried and no more. */
    private static final int CANDIDATES = 6;

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** @param failure why the last one that should have been able to was not; empty where there was none to try */
    record Found(@Nullable Client client, String failure) {}

    private record Candidate(RunningPod pod, String container) {
        boolean isSample() {
            return SAMPLES.contains(container) || SAMPLES.contains(pod.app());
        }
    }

    Found of(Usergroup usergroup) throws IOException {
        String failure = "";
        for (Candidate each : candidates(usergroup)) {
            for (Client.Program program : Client.Program.values()) {
                try {
                    pods.exec(each.pod().name(), each.container(), program.harmless(), TIMEOUT);
                    return new Found(new Client(pods, each.pod().name(), each.container(), program), "");
                } catch (NotStartedException e) {
                    failure = String.valueOf(e.getMessage());
                    if (!e.isNoSuchProgram()) {
                        break;
                    }
                } catch (IOException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw e;
                    }
                    failure = String.valueOf(e.getMessage());
                    break;
                }
            }
        }
        return new Found(null, failure);
    }

    private List<Candidate> candidates(Usergroup usergroup) throws IOException {
        List<Candidate> all = new ArrayList<>();
        for (String namespace : membership.members(usergroup)) {
            for (RunningPod pod : membership.pods(namespace, "")) {
                if (pod.isInjected() && pod.isReady()) {
                    pod.applications().forEach(container -> all.add(new Candidate(pod, container)));
                }
            }
        }
        return all.stream()
                .sorted(Comparator.comparing((Candidate each) -> !each.isSample())) // stable: else as they are, by name
                .limit(CANDIDATES)
                .toList();
    }
}
