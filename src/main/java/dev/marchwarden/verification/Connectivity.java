package dev.marchwarden.verification;

import dev.marchwarden.cluster.PodConnections;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.verification.Probe.Wanted;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks, from a pod of each usergroup, a server of its own and one of each other usergroup, as the guide does with curl and httpbin. One client
 * and one server stand for each usergroup; which, depends on their names alone.
 */
public final class Connectivity {
    static final String CHECK = "connectivity";

    private static final int PROBES = 400;

    /** A question whose answer says nothing. */
    private static final int ASKED_AT_MOST = 4;

    private static final String SAMPLES = "https://raw.githubusercontent.com/istio/istio/master/samples/";

    private final PodConnections pods;
    private final Tenancy tenancy;
    private final Membership membership;
    private final Servers servers;
    private final long end;

    private final Map<String, Client> clients = new TreeMap<>();
    private final Map<String, Server> asked = new TreeMap<>();
    private final Set<String> reachedByTheirOwn = new HashSet<>();
    private final List<Probe> probes = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    private Connectivity(ClusterClient cluster, PodConnections pods, Tenancy tenancy, Duration budget)
            throws IOException {
        this.pods = pods;
        this.tenancy = tenancy;
        this.membership = Membership.read(cluster, tenancy);
        this.servers = new Servers(cluster, membership);
        this.end = System.nanoTime() + budget.toNanos();
    }

    /**
     * Throws {@link IOException} where namespaces, pods or Services cannot be listed, or when interrupted.
     *
     * @param budget how long all of it may take; what is not asked by then is said not to be
     */
    public static ConnectivityReport look(ClusterClient cluster, PodConnections pods, Tenancy tenancy, Duration budget)
            throws IOException {
        return new Connectivity(cluster, pods, tenancy, budget).look();
    }

    private ConnectivityReport look() throws IOException {
        for (Usergroup usergroup : tenancy.usergroups()) {
            findClient(usergroup);
            findServer(usergroup);
        }
        int left = 0;
        for (Usergroup usergroup : tenancy.usergroups()) {
            left += probe(usergroup, usergroup) ? 0 : 1;
        }
        for (Usergroup from : tenancy.usergroups()) {
            for (Usergroup to : tenancy.usergroups()) {
                if (!from.name().equals(to.name())) {
                    left += probe(from, to) ? 0 : 1;
                }
            }
        }
        if (left > 0) {
            findings.add(Finding.error(
                    CHECK,
                    "all",
                    "%d pairs of usergroups were not asked: there are at most %d questions, and time for them is limited"
                            .formatted(left, PROBES),
                    "ask again with a tenancy file that has fewer usergroups"));
        }
        return new ConnectivityReport(List.copyOf(probes), List.copyOf(findings));
    }

    private void findClient(Usergroup usergroup) throws IOException {
        Clients.Found found = new Clients(pods, membership).of(usergroup);
        if (found.client() != null) {
            clients.put(usergroup.name(), found.client());
            return;
        }
        findings.add(Finding.error(
                CHECK,
                usergroup.name(),
                "not proven: no ready pod of it has a sidecar and a container with curl or wget"
                        + (found.failure().isEmpty() ? "" : "; the last that was tried: " + found.failure()),
                deploy(usergroup, "curl/curl.yaml") + "; exec takes the rights get and create on pods/exec"));
    }

    private void findServer(Usergroup usergroup) throws IOException {
        Optional<Server> found = servers.of(usergroup);
        if (found.isPresent()) {
            asked.put(usergroup.name(), found.get());
            return;
        }
        findings.add(Finding.error(
                CHECK,
                usergroup.name(),
                "not proven: no Service of it has a port for HTTP and a ready pod with a sidecar",
                deploy(usergroup, "httpbin/httpbin.yaml")));
    }

    private String deploy(Usergroup usergroup, String sample) {
        return "kubectl -n %s apply -f %s%s"
                .formatted(
                        membership.members(usergroup).stream().findFirst().orElse("A-NAMESPACE-OF-" + usergroup.name()),
                        SAMPLES,
                        sample);
    }

    /** What a proxy does not let out it mostly resets, and now and then closes; what a policy denies at a port for TCP is always closed. */
    private static ProbeResponse ask(Client client, String url) throws IOException {
        ProbeResponse answer = client.ask(url);
        for (int asked = 1; asked < ASKED_AT_MOST && FailureCause.of(answer) == FailureCause.CLOSED; asked++) {
            answer = client.ask(url);
        }
        return answer;
    }

    /** False where there was no time for it. */
    private boolean probe(Usergroup from, Usergroup to) throws IOException {
        Client client = clients.get(from.name());
        Server server = asked.get(to.name());
        if (client == null || server == null) {
            return true; // which is a finding already
        }
        if (probes.size() >= PROBES || System.nanoTime() - end > 0) {
            return false;
        }
        boolean own = from.name().equals(to.name());
        String url = server.url(tenancy.clusterDomain());
        FailureCause cause;
        String code;
        String why;
        try {
            ProbeResponse answer = ask(client, url);
            cause = FailureCause.of(answer);
            code = answer.shownCode();
            why = ProbeVerdict.why(cause, answer);
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            cause = FailureCause.UNCLEAR;
            code = "000";
            why = "the client could not be made to ask: " + e.getMessage();
        }
        Wanted wanted = own ? Wanted.REACHED : Wanted.REFUSED;
        Probe probe = new Probe(from.name(), client.toString(), to.name(), url, wanted, code, why);
        probes.add(probe);
        ProbeVerdict verdict = new ProbeVerdict(probe, cause);
        if (own && cause == FailureCause.ANSWERED) {
            reachedByTheirOwn.add(to.name());
        }
        findings.add(own ? verdict.within() : verdict.across(reachedByTheirOwn.contains(to.name())));
        return true;
    }
}
