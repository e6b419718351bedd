package dev.marchwarden.realcluster;

import dev.marchwarden.certificates.TlsDirectory;
import dev.marchwarden.tools.ToolRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of one real node: etcd, API server, controllers, scheduler, containerd, kubelet, kube-proxy, DNS. All of it, pods too, runs in
 * network, mount and process namespaces of its own. The network has no way out, and none in: whatever talks to the node is run by
 * {@link #within}. Files that are not worth keeping are in a tmpfs of the mount namespace. So {@link #close} ends one process, the first of the
 * process namespace, whereupon the kernel ends all others and takes mounts and network away.
 *
 * <p>NetworkPolicies are not enforced: the CNI plugin does not know them. Addresses: node 10.250.0.1, pods 10.244.1.0/24, Services 10.96.0.0/16.
 */
final class OwnNode implements AutoCloseable {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String ADDRESS = "10.250.0.1";
    private static final String SERVER = "https://" + ADDRESS + ":6443";
    private static final String STATE = "/run/node";
    private static final String NAME = "node1";
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Set<String> HOSTS = Set.of(
            ADDRESS,
            "127.0.0.1",
            "10.96.0.1",
            "localhost",
            "kubernetes",
            "kubernetes.default",
            "kubernetes.default.svc");

    /** The process that is told to run it adopts and buries what others leave behind. */
    private static final String NAMESPACES = """
            set -e
            mount -t tmpfs -o size=6g,mode=755 tmpfs /run
            mount -t tmpfs tmpfs /var/log
            mkdir -p /run/lock /run/netns %1$s
            ip link set lo up
            ip link add node0 type veth peer name node0p
            ip address add %2$s/24 dev node0
            ip link set node0 up
            ip link set node0p up
            ip route add 10.96.0.0/16 dev node0
            echo 1 >/proc/sys/net/ipv4/ip_forward
            echo 1 >/proc/sys/net/ipv4/conf/all/route_localnet
            echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables || true
            echo namespaces made
            while :; do sleep 1000 & wait $!; done
            """.formatted(STATE, ADDRESS);

    private static final String NETWORK = """
            {"cniVersion": "0.4.0", "name": "node", "plugins": [{"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
             "ipam": {"type": "host-local", "dataDir": "%s/cni", "ranges": [[{"subnet": "10.244.1.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
            """.formatted(STATE);

    private static final String DNS = """
            apiVersion: v1
            kind: Service
            metadata: {name: kube-dns, namespace: kube-system}
            spec: {clusterIP: 10.96.0.10, ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: kube-dns-node, namespace: kube-system, labels: {kubernetes.io/service-name: kube-dns}}
            addressType: IPv4
            ports: [{name: dns, port: 53, protocol: UDP}, {name: dns-tcp, port: 53}]
            endpoints: [{addresses: [%s], conditions: {ready: true}}]
            """.formatted(ADDRESS);

    private final NodeBinaries binaries;
    private final Path directory;
    private final String cgroup = "marchwarden-" + ProcessHandle.current().pid();
    private final Deque<Daemon> daemons = new ArrayDeque<>();
    private @Nullable Daemon namespaces;
    private long first;

    private OwnNode(NodeBinaries binaries, Path directory) throws IOException {
        this.binaries = binaries;
        this.directory = Files.createDirectories(directory.toAbsolutePath());
    }

    /** Returns when the node is ready; {@link NodeBinaries#obstacle} says whether it can be. */
    static OwnNode start(NodeBinaries binaries, Path directory) throws Exception {
        OwnNode started = new OwnNode(binaries, directory);
        try {
            started.start();
        } catch (Exception | Error e) {
            started.close();
            throw e;
        }
        return started;
    }

    private void start() throws Exception {
        List<String> unshare = List.of(
                "unshare",
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "bash",
                "-c",
                NAMESPACES);
        Daemon made = Daemon.start("namespaces", directory, unshare);
        namespaces = made;
        made.await("made", SOON, () -> made.output().contains("namespaces made"));
        first = ProcessHandle.of(made.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow()
                .pid();
        writeFiles();
        startControlPlane();
        startNode();
    }

    private void writeFiles() throws Exception {
        for (Path ours : cgroups()) {
            Files.createDirectories(ours);
        }
        new TlsDirectory(directory.resolve("tls"), InstantSource.system()).issue(HOSTS, false);
        Files.writeString(directory.resolve("service-accounts.key"), ControlPlane.newKey());
        Files.writeString(directory.resolve("tokens.csv"), """
                admin,admin,1,system:masters
                controllers,system:kube-controller-manager,2
                scheduler,system:kube-scheduler,3
                proxy,system:kube-proxy,4
                kubelet,system:node:%s,5,system:nodes
                """.formatted(NAME));
        KubeconfigFile server =
                new KubeconfigFile(SERVER, directory.resolve("tls").resolve(TlsDirectory.CA_CERTIFICATE));
        for (String user : List.of("admin", "controllers", "scheduler", "proxy", "kubelet")) {
            server.write(directory.resolve(user + ".kubeconfig"), user);
        }
        Files.writeString(directory.resolve("containerd.toml"), containerd());
        Files.writeString(Files.createDirectories(directory.resolve("cni")).resolve("node.conflist"), NETWORK);
        Files.writeString(directory.resolve("kubelet.yaml"), kubelet());
        Files.writeString(directory.resolve("resolv.conf"), "nameserver 10.96.0.10\n");
        Files.writeString(directory.resolve("proxy.yaml"), proxy());
        Files.writeString(directory.resolve("Corefile"), """
                .:53 {
                  bind %s
                  errors
                  kubernetes cluster.local {
                    kubeconfig %s
                    ttl 1
                  }
                }
                """.formatted(ADDRESS, kubeconfig()));
    }

    private String containerd() {
        return """
            version = 3
            root = "%1$s/containerd"
            state = "%1$s/containerd-state"
            [grpc]
              address = "%1$s/containerd.sock"
            [ttrpc]
              address = "%1$s/containerd.sock.ttrpc"
            [plugins."io.containerd.internal.v1.opt"]
              path = "%1$s/opt"
            [plugins."io.containerd.cri.v1.images".pinned_images]
              sandbox = "mesh.test/pause:1"
            [plugins."io.containerd.cri.v1.runtime"]
              restrict_oom_score_adj = true
              disable_apparmor = true
              disable_hugetlb_controller = true
              tolerate_missing_hugetlb_controller = true
            [plugins."io.containerd.cri.v1.runtime".containerd]
              default_runtime_name = "runc"
            [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
            [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
              SystemdCgroup = false
              BinaryName = "%2$s/runc"
            [plugins."io.containerd.cri.v1.runtime".cni]
              bin_dirs = ["%2$s"]
              conf_dir = "%3$s/cni"
            [plugins."io.containerd.grpc.v1.cri"]
              stream_server_address = "127.0.0.1"
              stream_server_port = "0"
            """.formatted(STATE, binaries.kubernetes(), directory);
    }

    private String kubelet() {
        return """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            failCgroupV1: false
            cgroupDriver: cgroupfs
            cgroupRoot: /%4$s
            containerRuntimeEndpoint: unix://%1$s/containerd.sock
            podLogsDir: %3$s/pods
            volumePluginDir: %1$s/volume-plugins
            address: %2$s
            healthzBindAddress: 127.0.0.1
            authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}   # nobody else is in this network
            authorization: {mode: AlwaysAllow}
            failSwapOn: false
            oomScoreAdj: 0
            enforceNodeAllocatable: []
            clusterDNS: [10.96.0.10]
            clusterDomain: cluster.local
            resolvConf: %3$s/resolv.conf
            localStorageCapacityIsolation: false
            makeIPTablesUtilChains: false
            imageGCHighThresholdPercent: 100
            evictionHard: {memory.available: 100Mi, nodefs.available: 1%%, imagefs.available: 1%%, nodefs.inodesFree: 1%%}
            """.formatted(STATE, ADDRESS, directory, cgroup);
    }

    private String proxy() {
        return """
            apiVersion: kubeproxy.config.k8s.io/v1alpha1
            kind: KubeProxyConfiguration
            clientConnection: {kubeconfig: %s/proxy.kubeconfig}
            mode: iptables
            clusterCIDR: 10.244.0.0/16
            hostnameOverride: %s
            bindAddress: %s
            healthzBindAddress: 127.0.0.1:10256
            metricsBindAddress: 127.0.0.1:10249
            oomScoreAdj: 0
            conntrack: {maxPerCore: 0, min: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
            """.formatted(directory, NAME, ADDRESS);
    }

    private void startControlPlane() throws Exception {
        daemon(
                "etcd",
                "--data-dir=" + STATE + "/etcd",
                "--listen-client-urls=http://127.0.0.1:2379",
                "--advertise-client-urls=http://127.0.0.1:2379",
                "--listen-peer-urls=http://127.0.0.1:2380");
        String key = directory.resolve("service-accounts.key").toString();
        Path tls = directory.resolve("tls");
        Daemon apiServer = daemon(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:2379",
                "--bind-address=0.0.0.0",
                "--advertise-address=" + ADDRESS,
                "--secure-port=6443",
                "--tls-cert-file=" + tls.resolve(TlsDirectory.CERTIFICATE),
                "--tls-private-key-file=" + tls.resolve(TlsDirectory.KEY),
                "--token-auth-file=" + directory.resolve("tokens.csv"),
                "--authorization-mode=Node,RBAC",
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + key,
                "--service-account-signing-key-file=" + key,
                "--service-cluster-ip-range=10.96.0.0/16",
                "--kubelet-preferred-address-types=InternalIP",
                "--allow-privileged=true",
                "--cert-dir=" + STATE + "/api-server");
        apiServer.await("ready", SOON, () -> kubectl("get", "--raw=/readyz").succeeded());
        daemon(
                "kube-controller-manager",
                "--kubeconfig=" + directory.resolve("controllers.kubeconfig"),
                "--root-ca-file=" + tls.resolve(TlsDirectory.CA_CERTIFICATE),
                "--service-account-private-key-file=" + key,
                "--use-service-account-credentials=true",
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                "--cert-dir=" + STATE + "/controllers");
        String scheduler = directory.resolve("scheduler.kubeconfig").toString();
        daemon(
                "kube-scheduler",
                "--kubeconfig=" + scheduler,
                "--authentication-kubeconfig=" + scheduler,
                "--authorization-kubeconfig=" + scheduler,
                "--leader-elect=false",
                "--bind-address=127.0.0.1");
    }

    private void startNode() throws Exception {
        Daemon containerd = daemon("containerd", "--config=" + directory.resolve("containerd.toml"));
        containerd.await("answers", SOON, () -> ctr("version").succeeded());
        Path sleep = NodeBinaries.system("sleep").orElseThrow();
        ContainerImage pause = new ContainerImage(directory.resolve("images/pause"))
                .program(sleep, "/usr/bin/sleep")
                .entryPoint(List.of("/usr/bin/sleep", "infinity"));
        load(pause, "mesh.test/pause:1");
        Daemon kubelet = daemon(
                "kubelet",
                "--config=" + directory.resolve("kubelet.yaml"),
                "--kubeconfig=" + directory.resolve("kubelet.kubeconfig"),
                "--root-dir=" + STATE + "/kubelet",
                "--cert-dir=" + STATE + "/kubelet-tls",
                "--hostname-override=" + NAME,
                "--node-ip=" + ADDRESS);
        daemon("kube-proxy", "--config=" + directory.resolve("proxy.yaml"));
        daemon("coredns", "-conf", directory.resolve("Corefile").toString());
        ToolRun dns =
                run(List.of(binaries.program("kubectl"), "--kubeconfig=" + kubeconfig(), "apply", "-f", "-"), DNS);
        if (!dns.succeeded()) {
            throw new AssertionError(dns.text());
        }
        kubelet.await(
                "the node is ready",
                SOON,
                () -> kubectl("wait", "--for=condition=Ready", "node/" + NAME, "--timeout=1s")
                        .succeeded());
    }

    private Daemon daemon(String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(within());
        command.add(binaries.program(name));
        command.addAll(Arrays.asList(arguments));
        Daemon started = Daemon.start(name, directory, command);
        daemons.push(started);
        return started;
    }

    /** Words before a command that has it run on the node, with the programs of the node on its path. */
    List<String> within() {
        return List.of(
                "nsenter",
                "--target=" + first,
                "--net",
                "--mount",
                "--pid",
                "--wd=" + directory,
                "env",
                "PATH=" + binaries.kubernetes() + ":/usr/sbin:/usr/bin:/sbin:/bin");
    }

    /** Of the cluster admin. */
    Path kubeconfig() {
        return directory.resolve("admin.kubeconfig");
    }

    /** Makes the image known to the node. */
    void load(ContainerImage image, String reference) throws IOException, InterruptedException {
        Path packed = image.pack(reference);
        ToolRun run = ctr("--namespace=k8s.io", "images", "import", packed.toString());
        if (!run.succeeded()) {
            throw new AssertionError(reference + ": " + run.text());
        }
        Files.delete(packed);
    }

    private ToolRun ctr(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(binaries.program("ctr"), "--address=" + STATE + "/containerd.sock"));
        command.addAll(Arrays.asList(arguments));
        return run(command, "");
    }

    private ToolRun kubectl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(binaries.program("kubectl"), "--kubeconfig=" + kubeconfig()));
        command.addAll(Arrays.asList(arguments));
        return run(command, "");
    }

    private ToolRun run(List<String> command, String input) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(within());
        all.addAll(command);
        return ToolRun.of(
                Path.of(all.getFirst()),
                directory,
                Map.of("HOME", directory.toString(), "PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                all.subList(1, all.size()),
                input);
    }

    @Override
    public void close() {
        if (namespaces != null) {
            namespaces.kill(); // the kernel then ends all that is in its namespaces
        }
        daemons.forEach(Daemon::close);
        removeCgroups();
    }

    /** Where a kubelet may make those of its pods: one that is nobody else's, in each hierarchy. */
    private List<Path> cgroups() throws IOException {
        try (Stream<Path> below = Files.list(CGROUPS)) {
            return Files.exists(CGROUPS.resolve("cgroup.procs"))
                    ? List.of(CGROUPS.resolve(cgroup))
                    : below.filter(Files::isDirectory)
                            .map(hierarchy -> hierarchy.resolve(cgroup))
                            .toList();
        }
    }

    /** They are empty now. */
    private void removeCgroups() {
        try {
            for (Path ours : cgroups()) {
                if (Files.isDirectory(ours)) {
                    try (Stream<Path> all = Files.walk(ours)) {
                        all.filter(Files::isDirectory)
                                .sorted(Comparator.reverseOrder())
                                .forEach(each -> each.toFile().delete());
                    }
                }
            }
        } catch (IOException | UncheckedIOException e) {
            System.out.println("cgroups of the node are left: " + e.getMessage());
        }
    }
}
