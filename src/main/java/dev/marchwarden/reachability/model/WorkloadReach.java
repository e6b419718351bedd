package dev.marchwarden.reachability.model;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.reachability.objects.ClusterObjects;
import dev.marchwarden.reachability.objects.Part;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which proxy a pod has, or the pods of a template will have: its mesh's, another's, the author's, or none (pkg/kube/inject). */
public final class WorkloadReach {
    /** Kinds, and where they have a pod's metadata and spec. */
    public static final Map<String, String> TEMPLATES = Map.of(
            "/Pod", "",
            "/ReplicationController", "spec.template",
            "apps/Deployment", "spec.template",
            "apps/StatefulSet", "spec.template",
            "apps/DaemonSet", "spec.template",
            "apps/ReplicaSet", "spec.template",
            "batch/Job", "spec.template",
            "batch/CronJob", "spec.jobTemplate.spec.template");

    /** What is put into a proxy, or turns it to another control plane (injection-template.yaml; pkg/kube/inject/validate.go). */
    private static final Set<String> REBUILD = ClusterObjects.words("""
            inject.istio.io/templates proxy.istio.io/overrides sidecar.istio.io/bootstrapOverride sidecar.istio.io/proxyImage
            sidecar.istio.io/discoveryAddress""");

    /** Of a ProxyConfig (mesh/v1alpha1/proxy.proto): what the proxy believes and runs. */
    private static final Set<String> SETTINGS = ClusterObjects.words("""
            caCertificatesPem customConfigFile configPath binaryPath proxyBootstrapTemplatePath readinessProbe image""");

    /** Variables that turn the proxy to nobody (pilot/cmd/pilot-agent). */
    private static final Set<String> HARMLESS =
            ClusterObjects.words("ISTIO_META_DNS_CAPTURE ISTIO_META_DNS_AUTO_ALLOCATE EXIT_ON_ZERO_ACTIVE_CONNECTIONS");

    /** files/injection-template.yaml, volumeMounts and the image's own. */
    private static final Set<String> PROXY_FILES = ClusterObjects.words(
            "/etc/istio/ /etc/ssl/ /var/run/ /run/ /var/lib/istio/ /usr/ /bin/ /sbin/ /lib/ /proc/");

    private static final Set<String> UNCAPTURED = ClusterObjects.words("""
            traffic.sidecar.istio.io/excludeInboundPorts traffic.sidecar.istio.io/excludeInterfaces
            traffic.sidecar.istio.io/kubevirtInterfaces istio.io/reroute-virtual-interfaces""");

    /** Copied as they stand (files/injection-template.yaml; pkg/kube/inject/template.go). */
    private static final Set<String> COPIED = ClusterObjects.words("""
            sidecar.istio.io/logLevel sidecar.istio.io/componentLogLevel sidecar.istio.io/agentLogLevel
            resource.opentelemetry.io/service.namespace resource.opentelemetry.io/service.version
            resource.opentelemetry.io/service.instance.id""");

    private static final Set<String> MAY_CAPTURE = ClusterObjects.words("NET_ADMIN ALL SYS_ADMIN");
    private static final Set<String> CONTAINER_FIELDS = ClusterObjects.words("name image ports resources");
    private static final String ANNOTATIONS = "metadata.annotations";

    private final ModelContext look;
    private int gateways;

    public WorkloadReach(ModelContext look) {
        this.look = look;
    }

    public void look() {
        TEMPLATES.forEach((kind, path) -> look.objects()
                .of(kind)
                .forEach(object -> new Pod(path.isEmpty() ? object : object.at(path), path.isEmpty()).look()));
    }

    /** How many pods and templates are taken for gateways of the Gateway API as their control plane made them. */
    public int gateways() {
        return gateways;
    }

    private final class Pod {
        private final Part pod;
        private final String namespace;
        private final Scope self;
        private final @Nullable String usergroup;
        private final boolean runs;
        private final boolean injected;

        Pod(Part pod, boolean runs) {
            this.pod = pod;
            this.namespace = pod.namespace();
            this.self = Scope.namespace(namespace);
            this.usergroup = look.sides().usergroup(namespace);
            this.runs = runs;
            this.injected = runs && !annotation(IstioAnnotations.SIDECAR_STATUS).isMissing();
        }

        private Part annotation(String key) {
            return pod.entry(ANNOTATIONS, key);
        }

        void look() {
            Part revision = pod.entry("metadata.labels", MeshLabels.REVISION);
            joins(look.meshes().injecting(namespace, revision.text()), revision, PathKind.CHOSEN);
            if (isGateway()) {
                gateways++;
                return;
            }
            if (injected) {
                Part status = annotation(IstioAnnotations.SIDECAR_STATUS);
                String its = ClusterObjects.json(status.text()).path("revision").asText();
                joins(look.tenancy().servedBy(its), status, PathKind.STAMPED);
                Part stamp = annotation(MeshLabels.REVISION);
                joins(look.tenancy().servedBy(stamp.text()), stamp, PathKind.STAMPED);
            } else if (!isIstiod()) {
                tokens();
            }
            if (usergroup != null) {
                uncaptured();
                rebuilt();
            }
        }

        private void joins(@Nullable Usergroup mesh, Part by, PathKind way) {
            if (mesh != null && !mesh.name().equals(usergroup)) {
                look.open(way, self, Scope.usergroup(mesh.name()), by.link());
            }
        }

        /**
         * The proxy that an istiod deploys for a Gateway: nobody injects it, and it turns to the istiod of its own usergroup
         * (files/kube-gateway.yaml; gatewaycommon/deploymentcontroller.go).
         */
        private boolean isGateway() {
            return !pod.entry("metadata.labels", IstioNames.MANAGED_GATEWAY).isMissing()
                    && containers().size() == 1
                    && containers().getFirst().text("name").equals(IstioNames.PROXY_CONTAINER)
                    && isOwn(variable("CA_ADDR"))
                    && isOwn(ClusterObjects.yaml(variable("PROXY_CONFIG"))
                            .path("discoveryAddress")
                            .asText());
        }

        /** Empty where the proxy has no such variable. */
        private String variable(String name) {
            return pod.each("spec.containers[].env[]").stream()
                    .filter(one -> one.text("name").equals(name))
                    .map(one -> one.text("value"))
                    .findFirst()
                    .orElse("");
        }

        /** Whether an address is of an istiod of the pod's own usergroup. */
        private boolean isOwn(String discovery) {
            String[] address = discovery.split("[.:]", -1);
            Usergroup own = usergroup == null ? null : look.tenancy().usergroup(usergroup);
            return own != null
                    && address.length > 1
                    && address[0].startsWith("istiod")
                    && address[1].equals(own.systemNamespace());
        }

        /** The control plane's own, which has a token for itself (istio-discovery/templates/deployment.yaml). */
        private boolean isIstiod() {
            return look.sides().isSystem(namespace)
                    && containers().stream().anyMatch(one -> one.text("name").equals("discovery"))
                    && pod.entry("metadata.labels", "app").text().equals(IstioNames.ISTIOD);
        }

        /** An istiod signs for whoever brings a token for it (security/pkg/server/ca/authenticate/kubeauth/kube_jwt.go). */
        private void tokens() {
            for (Part audience : pod.each("spec.volumes[].projected.sources[].serviceAccountToken.audience")) {
                if (audience.text().equals(IstioNames.TOKEN_AUDIENCE)) {
                    look.open(PathKind.TOKEN, self, Scope.ANY_MESH, audience.link());
                }
            }
        }

        /** Traffic that passes the proxy by, or pods without one (pkg/kube/inject/inject.go injectRequired; tools/istio-iptables). */
        private void uncaptured() {
            if (look.sides().isSystem(namespace)) { // nobody is injected there who does not ask for it
                return;
            }
            boolean bare =
                    containers().stream().noneMatch(one -> one.text("name").equals(IstioNames.PROXY_CONTAINER));
            if (runs && bare && pod.text("status.phase").equals("Running")) {
                look.open(
                        PathKind.BARE,
                        Scope.ANYONE,
                        self,
                        annotation(IstioAnnotations.SIDECAR_STATUS).link());
            }
            Part mode = pod.entry("metadata.labels", MeshLabels.DATAPLANE_MODE);
            if (!injected && mode.text().equals("ambient")) { // a pod with a proxy is left alone
                // (cni/pkg/util/enablement_selector.go)
                look.open(PathKind.AMBIENT, RuleName.PROXY_OVERRIDE, Scope.ANY_MESH, self, List.of(mode.link()));
            }
            Part host = pod.at("spec.hostNetwork");
            Part label = pod.entry("metadata.labels", IstioAnnotations.SIDECAR_INJECT);
            Part old = annotation(IstioAnnotations.SIDECAR_INJECT);
            uncaptured(host, host.node().asBoolean());
            uncaptured(label, label.text().equals("false"));
            uncaptured(old, label.isMissing() && old.text().equals("false"));
            for (Part annotation : pod.entries(ANNOTATIONS)) {
                String value = annotation.text().strip();
                String key = annotation.key();
                boolean inbound = key.equals(IstioAnnotations.INCLUDED_PORTS) && !value.equals("*");
                boolean none = key.equals(IstioAnnotations.INTERCEPTION_MODE) && value.equals("NONE");
                uncaptured(annotation, inbound || none || (UNCAPTURED.contains(key) && !value.isEmpty()));
            }
            for (Part container : containers()) {
                if (!isProxy(container)) {
                    Part privileged = container.at("securityContext.privileged");
                    uncaptured(privileged, privileged.node().asBoolean());
                    container
                            .each("securityContext.capabilities.add[]")
                            .forEach(one -> uncaptured(
                                    one, MAY_CAPTURE.contains(one.text().replace("CAP_", ""))));
                }
            }
        }

        private void uncaptured(Part by, boolean is) {
            if (is) {
                look.open(PathKind.UNCAPTURED, Scope.ANYONE, self, by.link());
            }
        }

        /** What its author puts into the proxy (pkg/kube/inject/webhook.go, reapplyOverwrittenContainers). */
        private void rebuilt() {
            for (Part annotation : pod.entries(ANNOTATIONS)) {
                String key = annotation.key();
                String value = annotation.text();
                boolean byInjector = injected && key.equals("proxy.istio.io/overrides");
                if ((key.equals(IstioAnnotations.PROXY_CONFIG) && !isHarmless(ClusterObjects.yaml(value)))
                        || (key.equals(IstioAnnotations.USER_VOLUME_MOUNT) && !isBeside(ClusterObjects.json(value)))
                        || (key.equals("sidecar.istio.io/userVolume") && value.contains("serviceAccountToken"))
                        || (key.equals("apm.datadoghq.com/env") && !areHarmless(ClusterObjects.json(value)))
                        || (key.equals("k8s.v1.cni.cncf.io/networks") && value.contains("'"))
                        || (COPIED.contains(key) && value.chars().anyMatch(c -> c < ' ' || c == '"' || c == '\\'))
                        || (REBUILD.contains(key) && !byInjector)) {
                    look.open(PathKind.REBUILT, Scope.ANYONE, self, annotation.link());
                }
            }
            for (Part container : injected ? List.<Part>of() : containers()) {
                Part image = container.at("image");
                boolean more = container.node().properties().stream()
                        .anyMatch(field -> !CONTAINER_FIELDS.contains(field.getKey()));
                if (isProxy(container) && more) {
                    look.open(
                            PathKind.REBUILT,
                            Scope.ANYONE,
                            self,
                            container.link("more than a proxy's image and resources"));
                } else if (isProxy(container) && !image.node().asText("auto").equals("auto")) {
                    look.open(PathKind.REBUILT, Scope.ANYONE, self, image.link());
                }
            }
        }

        /** A ProxyConfig that leaves the proxy at its own control plane, with what it believes and runs. */
        private boolean isHarmless(JsonNode settings) {
            String discovery = settings.path("discoveryAddress").asText();
            return settings.isObject()
                    && (discovery.isEmpty() || isOwn(discovery))
                    && SETTINGS.stream().noneMatch(settings::has)
                    && areHarmless(settings.path("proxyMetadata"));
        }

        private static boolean areHarmless(JsonNode variables) {
            return variables.properties().stream().allMatch(variable -> HARMLESS.contains(variable.getKey()));
        }

        /** Whether mounts, a list or by name, leave alone where the proxy has its programs, configuration, roots and tokens. */
        private static boolean isBeside(JsonNode mounts) {
            return mounts.isContainerNode()
                    && mounts.valueStream().allMatch(mount -> {
                        String path = mount.path("mountPath").asText() + "/";
                        return path.startsWith("/")
                                && !path.contains("/..")
                                && PROXY_FILES.stream().noneMatch(own -> own.startsWith(path) || path.startsWith(own));
                    });
        }

        private List<Part> containers() {
            List<Part> all = new ArrayList<>(pod.each("spec.containers[]"));
            all.addAll(pod.each("spec.initContainers[]"));
            return all;
        }
    }

    private static boolean isProxy(Part container) {
        return Set.of(IstioNames.PROXY_CONTAINER, "istio-init").contains(container.text("name"));
    }
}
