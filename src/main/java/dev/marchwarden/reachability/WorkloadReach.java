package dev.marchwarden.reachability;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.marchwarden.istio.IstioAnnotations;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.json.Yaml;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which proxy a pod has, or the pods of a template will have: its mesh's, another's, the author's, or none (pkg/kube/inject). */
final class WorkloadReach {
    private static final Map<String, String> TEMPLATES = Map.of(
            "/Pod", "",
            "/ReplicationController", "spec.template",
            "apps/Deployment", "spec.template",
            "apps/StatefulSet", "spec.template",
            "apps/DaemonSet", "spec.template",
            "apps/ReplicaSet", "spec.template",
            "batch/Job", "spec.template",
            "batch/CronJob", "spec.jobTemplate.spec.template");

    /** What is put into a proxy, or turns it to another control plane (injection-template.yaml; pkg/kube/inject/validate.go). */
    private static final Set<String> REBUILD = Set.of(
            "inject.istio.io/templates",
            "proxy.istio.io/overrides",
            "sidecar.istio.io/bootstrapOverride",
            "sidecar.istio.io/proxyImage",
            "sidecar.istio.io/discoveryAddress");

    /** Of a ProxyConfig (mesh/v1alpha1/proxy.proto): what the proxy believes and runs. */
    private static final Set<String> SETTINGS = Set.of(
            "caCertificatesPem",
            "customConfigFile",
            "configPath",
            "binaryPath",
            "proxyBootstrapTemplatePath",
            "readinessProbe",
            "image");

    /** Variables that turn the proxy to nobody (pilot/cmd/pilot-agent). */
    private static final Set<String> HARMLESS =
            Set.of("ISTIO_META_DNS_CAPTURE", "ISTIO_META_DNS_AUTO_ALLOCATE", "EXIT_ON_ZERO_ACTIVE_CONNECTIONS");

    /** files/injection-template.yaml, volumeMounts and the image's own. */
    private static final Set<String> PROXY_FILES = Set.of(
            "/etc/istio/",
            "/etc/ssl/",
            "/var/run/",
            "/run/",
            "/var/lib/istio/",
            "/usr/",
            "/bin/",
            "/sbin/",
            "/lib/",
            "/proc/");

    private static final Set<String> UNCAPTURED = Set.of(
            "traffic.sidecar.istio.io/excludeInboundPorts",
            "traffic.sidecar.istio.io/excludeInterfaces",
            "traffic.sidecar.istio.io/kubevirtInterfaces",
            "istio.io/reroute-virtual-interfaces");

    private static final String PLAIN = "its pods take plain text past the proxy";

    private final Tenancy tenancy;
    private final ClusterObjects objects;
    private final Sides sides;
    private final Meshes meshes;
    private int count;

    WorkloadReach(Tenancy tenancy, ClusterObjects objects, Sides sides, Meshes meshes) {
        this.tenancy = tenancy;
        this.objects = objects;
        this.sides = sides;
        this.meshes = meshes;
    }

    /** Pods and templates that were looked at. */
    int count() {
        return count;
    }

    void look(Consumer<Opening> found) {
        TEMPLATES.forEach((kind, path) -> objects.of(kind).forEach(manifest -> {
            count++;
            new Pod(manifest, path).look(found);
        }));
    }

    private final class Pod {
        private final Manifest manifest;
        private final String prefix;
        private final String namespace;
        private final JsonNode metadata;
        private final JsonNode spec;
        private final @Nullable String usergroup;

        Pod(Manifest manifest, String path) {
            this.manifest = manifest;
            this.prefix = path.isEmpty() ? "" : path + ".";
            this.namespace = objects.namespace(manifest);
            JsonNode pod =
                    path.isEmpty() ? manifest.object() : manifest.object().at("/" + path.replace('.', '/'));
            this.metadata = pod.path("metadata");
            this.spec = pod.path("spec");
            this.usergroup = sides.usergroup(namespace);
        }

        void look(Consumer<Opening> found) {
            String revision = text("labels", MeshLabels.REVISION);
            joins(
                    meshes.injecting(namespace, revision),
                    "labels",
                    MeshLabels.REVISION,
                    RuleName.WORKLOAD_REVISION,
                    found);
            String status = text("annotations", IstioAnnotations.SIDECAR_STATUS);
            boolean injected = prefix.isEmpty() && status != null;
            if (status != null && injected) {
                String its = json(status).path("revision").asText();
                joins(
                        tenancy.servedBy(its),
                        "annotations",
                        IstioAnnotations.SIDECAR_STATUS,
                        RuleName.FOREIGN_INJECTION,
                        found);
                String stamp = text("annotations", MeshLabels.REVISION);
                joins(
                        stamp == null ? null : tenancy.servedBy(stamp),
                        "annotations",
                        MeshLabels.REVISION,
                        RuleName.FOREIGN_INJECTION,
                        found);
            } else {
                tokens(found);
            }
            if (usergroup == null) {
                return;
            }
            if (!sides.isSystem(namespace)) { // nobody is injected there who does not ask for it
                uncaptured(found);
            }
            rebuilt(injected, found);
        }

        /** A namespace's own label was looked at where the namespace was. */
        private void joins(@Nullable Usergroup mesh, String map, String key, RuleName rule, Consumer<Opening> found) {
            boolean byNamespace = rule == RuleName.WORKLOAD_REVISION
                    && objects.labels(namespace).containsKey(MeshLabels.REVISION);
            if (mesh != null && !mesh.name().equals(usergroup) && !byNamespace) {
                found.accept(new Opening(
                        Scope.namespace(namespace),
                        Scope.usergroup(mesh.name()),
                        List.of(link("metadata." + map + "[" + key + "]", String.valueOf(text(map, key)))),
                        rule,
                        "its proxy is usergroup " + mesh.name() + "'s, and so is its certificate"));
            }
        }

        /** An istiod signs for whoever brings a token for it (security/pkg/server/ca/authenticate/kubeauth/kube_jwt.go). */
        private void tokens(Consumer<Opening> found) {
            for (int i = 0; i < spec.path("volumes").size(); i++) {
                JsonNode sources = spec.path("volumes").get(i).path("projected").path("sources");
                for (int j = 0; j < sources.size(); j++) {
                    String audience =
                            sources.get(j).at("/serviceAccountToken/audience").asText();
                    if (audience.equals(IstioNames.TOKEN_AUDIENCE)) {
                        found.accept(new Opening(
                                Scope.namespace(namespace),
                                Scope.ANY_MESH,
                                List.of(link(
                                        "spec.volumes[" + i + "].projected.sources[" + j
                                                + "].serviceAccountToken.audience",
                                        audience)),
                                RuleName.FOREIGN_IDENTITY,
                                "with this token every istiod that the pod reaches signs a certificate of its mesh"));
                    }
                }
            }
        }

        private void uncaptured(Consumer<Opening> found) {
            if (spec.path("hostNetwork").asBoolean()) {
                optOut("spec.hostNetwork", "true", found);
            }
            String label = text("labels", IstioAnnotations.SIDECAR_INJECT);
            String annotation = text("annotations", IstioAnnotations.SIDECAR_INJECT);
            if (label != null && label.equals("false")) {
                optOut("metadata.labels[" + IstioAnnotations.SIDECAR_INJECT + "]", label, found);
            } else if (label == null && annotation != null && annotation.equals("false")) {
                optOut("metadata.annotations[" + IstioAnnotations.SIDECAR_INJECT + "]", annotation, found);
            }
            metadata.path("annotations").properties().forEach(entry -> {
                String value = entry.getValue().asText().strip();
                boolean open = switch (entry.getKey()) {
                    case "traffic.sidecar.istio.io/includeInboundPorts" -> !value.equals("*");
                    case "sidecar.istio.io/interceptionMode" -> value.equals("NONE");
                    default -> UNCAPTURED.contains(entry.getKey()) && !value.isEmpty();
                };
                if (open) {
                    optOut("metadata.annotations[" + entry.getKey() + "]", value, found);
                }
            });
            containers((container, path) -> {
                JsonNode security = container.path("securityContext");
                boolean capable = security.at("/capabilities/add")
                        .valueStream()
                        .anyMatch(one -> Set.of("NET_ADMIN", "ALL", "SYS_ADMIN")
                                .contains(one.asText().replace("CAP_", "")));
                if (!isProxy(container) && (security.path("privileged").asBoolean() || capable)) {
                    optOut(path + ".securityContext", "it can change what is captured", found);
                }
            });
        }

        private void optOut(String field, String value, Consumer<Opening> found) {
            found.accept(new Opening(
                    Scope.ANYONE,
                    Scope.namespace(namespace),
                    List.of(link(field, value)),
                    RuleName.INJECTION_OPT_OUT,
                    PLAIN));
        }

        private void rebuilt(boolean injected, Consumer<Opening> found) {
            metadata.path("annotations").properties().forEach(entry -> {
                String key = entry.getKey();
                String value = entry.getValue().asText();
                boolean settings = key.equals(IstioAnnotations.PROXY_CONFIG) && !isHarmless(yaml(value));
                boolean byInjector = injected && key.equals("proxy.istio.io/overrides");
                boolean files = key.equals("sidecar.istio.io/userVolumeMount") && !isBeside(json(value));
                boolean token = key.equals("sidecar.istio.io/userVolume") && value.contains("serviceAccountToken");
                if (settings || files || token || (REBUILD.contains(key) && !byInjector)) {
                    rebuilt("metadata.annotations[" + key + "]", value, found);
                }
            });
            if (!injected) {
                containers((container, path) -> {
                    if (isProxy(container)
                            && container.properties().stream()
                                    .anyMatch(field -> !Set.of("name", "image", "ports", "resources")
                                            .contains(field.getKey()))) {
                        rebuilt(
                                path,
                                "more than the name, image, ports and resources of " + IstioNames.PROXY_CONTAINER,
                                found);
                    } else if (isProxy(container)
                            && !container.path("image").asText("auto").equals("auto")) {
                        rebuilt(path + ".image", container.path("image").asText(), found);
                    }
                });
            }
        }

        private void rebuilt(String field, String value, Consumer<Opening> found) {
            found.accept(new Opening(
                    Scope.ANYONE,
                    Scope.namespace(namespace),
                    List.of(link(field, value)),
                    RuleName.PROXY_OVERRIDE,
                    "the proxy of its pods is the author's: whom it believes and lets in is not known"));
        }

        /** A ProxyConfig that leaves the proxy at its own control plane, with what it believes and runs. */
        private boolean isHarmless(JsonNode settings) {
            String address = settings.path("discoveryAddress").asText();
            String[] labels = address.split("[.:]", -1);
            Usergroup own = usergroup == null ? null : tenancy.usergroup(usergroup);
            boolean home = address.isEmpty()
                    || (own != null
                            && labels.length > 1
                            && labels[0].startsWith("istiod")
                            && labels[1].equals(own.systemNamespace()));
            return settings.isObject()
                    && home
                    && SETTINGS.stream().noneMatch(settings::has)
                    && settings.path("proxyMetadata").properties().stream()
                            .allMatch(variable -> HARMLESS.contains(variable.getKey()));
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

        private interface EachContainer {
            void look(JsonNode container, String path);
        }

        private void containers(EachContainer each) {
            for (String list : List.of("containers", "initContainers")) {
                JsonNode all = spec.path(list);
                for (int i = 0; i < all.size(); i++) {
                    each.look(all.get(i), "spec." + list + "[" + i + "]");
                }
            }
        }

        private static boolean isProxy(JsonNode container) {
            String name = container.path("name").asText();
            return name.equals(IstioNames.PROXY_CONTAINER) || name.equals("istio-init");
        }

        private @Nullable String text(String map, String key) {
            JsonNode value = metadata.path(map).path(key);
            return value.isMissingNode() ? null : value.asText();
        }

        private ChainLink link(String field, String value) {
            return ChainLink.of(manifest, namespace, prefix + field, value);
        }
    }

    private static JsonNode json(String text) {
        try {
            return JsonTrees.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode yaml(String text) {
        try {
            return Yaml.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
