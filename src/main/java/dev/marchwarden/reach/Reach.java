package dev.marchwarden.reach;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a field reaches, and with it how its value is to be read. A name of "the own namespace" is always that of the object.
 *
 * <p>Sources are paths in istio/istio at 1.32-dev (86c9f01).
 */
public enum Reach {
    // Hosts
    /**
     * A destination: {@code NAME} is in the own namespace, anything with a dot is taken literally, an IP address is itself. {@code
     * x.NS}, {@code x.NS.svc} and {@code x.NS.svc.DOMAIN} mean NS to whoever wrote them (pilot/pkg/model/config.go L209-241).
     */
    HOST,
    /** A host that is defined or captured, read as {@link #HOST}; {@code *} and {@code *.SUFFIX} take all that match. */
    HOST_CLAIM,
    /** The same, but a name without a dot stays what it is: a DNS name that clients of every namespace may ask for. */
    DNS_CLAIM,
    /**
     * A host name that a proxy writes into what it sends on: Host header, SNI, redirect. Literal. It chooses no destination here, but a
     * proxy further on may choose by it. As SNI also {@code outbound_.PORT_.SUBSET_.HOST}.
     */
    AUTHORITY,
    /** The value of a header whose name is beside it as {@code name}: {@link #AUTHORITY} where that is Host or :authority, else nothing. */
    HEADER,
    /**
     * The value of a header, in which Envoy replaces {@code %COMMAND(ARGUMENT)%} by what the command reads (Envoy: source/common/formatter).
     */
    HEADER_FORMAT,
    /**
     * The name of a backend whose {@code namespace} is a row of its own: a literal {@link #HOST} where {@code kind} beside it is Hostname
     * (of group networking.istio.io), which takes no namespace and no grant; else an object of that namespace (config/kube/gateway/conversion.go
     * L1202-1210).
     */
    BACKEND,
    /** A Service of the own namespace, if {@code kind} beside it is Service or missing, which clients are to speak plain TLS to. */
    TLS_TARGET,

    // Namespaces
    /** The name of a namespace; empty is the own one. */
    NAMESPACE,
    /** {@code .} own namespace, {@code *} all, {@code ~} none, else the name of a namespace (pkg/config/visibility). */
    EXPORT,
    /**
     * {@code mesh}, {@code NAME} and {@code ./NAME} of the own namespace, {@code NS/NAME}; the old {@code NAME.NS} and {@code NAME.NS.more}
     * are {@code NS/NAME} too (pilot/pkg/model/config.go L245-272).
     */
    GATEWAY,
    /**
     * {@code NS/DNS} of what a Sidecar imports: NS is a namespace, {@code .} own, {@code *} all, {@code ~} none; {@code ~NS/DNS} takes out
     * what another entry brought in, and so reaches nothing (pilot/pkg/model/sidecar.go).
     */
    EGRESS_HOST,
    /** {@code NS/DNS} or {@code DNS} of a Gateway's server: whose VirtualServices may bind. NS as before; without, {@code *}. */
    SERVER_HOST,
    /** The name of a Secret as istiod resolves it: {@code NAME}, {@code SCHEME://NS/NAME}, {@code builtin://} (pilot/pkg/xds/sds.go L264-295). */
    SECRET,
    /** From which namespaces routes or listeners may attach: All, Same, None, Selector (its rows are {@link #LABEL_SELECTOR}). */
    ROUTE_ADMISSION,

    // Identities. A row marked ! means everybody but these.
    /** {@code TRUSTDOMAIN/ns/NS/sa/SA}, without a scheme; exact, {@code PREFIX*}, {@code *SUFFIX} or {@code *} for any. */
    PRINCIPAL,
    /** The namespace of an identity, with wildcards as in {@link #PRINCIPAL}. */
    SOURCE_NAMESPACE,
    /** {@code NS/SA}, or {@code SA} of the own namespace; no wildcards. */
    SERVICE_ACCOUNT,
    /** The trust domain of an identity, with wildcards as in {@link #PRINCIPAL}. */
    TRUST_DOMAIN,
    /** One of the values of the attribute that {@code key} beside their list names: {@code source.namespace}, {@code source.principal}, ... */
    CONDITION,
    /** A name that a peer's certificate must bear: {@code spiffe://TRUSTDOMAIN/ns/NS/sa/SA}, or a DNS name. */
    SUBJECT_ALT_NAME,
    /** The URL of the keys that tokens are checked with. */
    JWKS_URI,
    /**
     * The issuer of tokens: where neither {@code jwksUri} nor {@code jwks} is beside it and it is a URL, istiod asks it for the URL of its
     * keys (pilot/pkg/model/jwks_resolver.go L268).
     */
    JWT_ISSUER,

    // Addresses
    /** An IP address, a range of them, a DNS name or {@code unix://PATH}, that is connected to or captured as it stands. */
    ADDRESS,

    /**
     * The protocol of a ServiceEntry's port. With resolution NONE and without addresses the port is open to every address, and a protocol
     * that carries no name leaves the choice to the client (pilot/pkg/serviceregistry/serviceentry/conversion.go).
     */
    PASSTHROUGH,

    // Modes
    /**
     * DISABLE, SIMPLE, MUTUAL or ISTIO_MUTUAL towards {@code spec.host}. The first of these is the zero of the protocol buffer: where the
     * object is there and the field is not, DISABLE is what Istio reads.
     */
    CLIENT_TLS_MODE,
    /** How a listener ends TLS. AUTO_PASSTHROUGH (in the Gateway API {@code auto-passthrough}) sends by SNI to any service there is. */
    SERVER_TLS_MODE,
    /** UNSET, DISABLE, PERMISSIVE or STRICT. */
    MTLS_MODE,
    /** REGISTRY_ONLY or ALLOW_ANY: whether clients may send to what no object has named. */
    OUTBOUND_MODE,
    /** The name of a GatewayClass: whose control plane deploys a Gateway. */
    GATEWAY_CLASS,
    /** Makes a Gateway the entry of a network: any value turns its TLS listeners on port 15443 into AUTO_PASSTHROUGH. */
    NETWORK_GATEWAY,

    // Proxies
    /** Decides what a proxy runs, or which proxies run it. The value of a whole subtree is a digest of it. */
    PROXY_CODE,
    /** The name of a revision; tags do not count (pkg/config/model.go L111-124). */
    REVISION,
    /** The name of a revision or of a tag (pkg/revisions/tag_watcher.go L133-160). */
    REVISION_OR_TAG,
    // Pods. What they are made from has them below a template; "its" labels and annotations are those of the same
    // metadata.
    /** The label that chooses a revision or tag: it counts where the namespace chooses none (istio-discovery/templates/mutatingwebhook.yaml). */
    POD_REVISION,
    /** {@code false} keeps the proxy out, as a label or, where there is no such label, as an annotation (pkg/kube/inject/inject.go L223-239). */
    INJECTION,
    /** {@code true} keeps the proxy out (pkg/kube/inject/inject.go L200-211). */
    HOST_NETWORK,
    /** What the proxy captures: {@code *} or nothing but these ports or ranges (files/injection-template.yaml, -i and -b of istio-iptables). */
    CAPTURED,
    /** Ports, ranges or interfaces, with commas between, that pass the proxy by (the same, -x, -d, -o and -c). */
    UNCAPTURED,
    /** A user or group id: what runs as 1337 is taken for the proxy, and is not captured (tools/istio-iptables/pkg/capture/run.go). */
    PROCESS_ID,
    /** {@code true}, or a capability: what can change the rules by which traffic is captured (capabilities(7)). */
    PRIVILEGE,
    /** {@code REDIRECT}, {@code TPROXY} or {@code NONE}, which captures nothing (pkg/kube/inject/validate.go). */
    INTERCEPTION_MODE,
    /** Names of templates of the injector's, with commas between, instead of its default one (pkg/kube/inject/inject.go selectTemplates). */
    INJECTION_TEMPLATES,
    /** A ProxyConfig in YAML, laid over that of the mesh field by field (pkg/config/mesh ApplyProxyConfig; istio/api mesh/v1alpha1/proxy.proto). */
    PROXY_SETTINGS,
    /** Variables of the proxy's environment, as a JSON object of strings (files/injection-template.yaml). */
    PROXY_VARIABLES,
    /** Puts something of the author's into the proxy, whatever its value: an image, files, a bootstrap, a control plane. */
    PROXY_REBUILD,
    /** Volumes of the pod or mounts of the proxy, as a JSON list or object (files/injection-template.yaml). */
    USER_VOLUME,
    /** Text that the injector's template takes as it stands: a quote or a new line ends what it is meant for (files/injection-template.yaml). */
    TEMPLATE_TEXT,
    /** Whom a token is for: with one for {@code istio-ca} its holder gets the certificate of the pod's account (security/pkg/server/ca/authenticate/kubeauth/kube_jwt.go). */
    TOKEN_AUDIENCE,
    // Objects of Kubernetes itself
    /** Items of {@link #EXPORT}, with commas between. */
    EXPORT_LIST,
    /** The name of a network whose gateway a Service is, for the whole mesh. */
    NETWORK_ENTRY,
    /** The mesh's settings in YAML, with the selectors of the namespaces that its istiod reads (pkg/config/mesh). */
    MESH_CONFIG,
    /** Certificates that workloads trust their mesh by. */
    ROOT_CERTIFICATE,
    /** A patch in YAML of the Deployment that istiod makes for a Gateway. */
    GATEWAY_DEPLOYMENT,
    /** The name of a GatewayClass whose Gateways' deployments this changes. */
    CLASS_DEFAULTS,
    /** A kubeconfig by which istiod reads another cluster, or this one again. */
    REMOTE_CLUSTER,
    /** A name that the pod's hosts file gives an address of the author's. */
    HOST_ALIAS,
    /** Whom the pod asks for names, where {@code dnsPolicy} beside it is None; else only after the cluster's own. */
    NAMESERVER,
    /** Containers in JSON that are laid over the injected ones; the injector leaves here what it found (pkg/kube/inject/webhook.go). */
    PROXY_OVERLAY,
    /** The name of a container that is the injector's to make: what else stands in it is laid over that (pkg/kube/inject/webhook.go). */
    PROXY_CONTAINER,
    /** What a variable of such a container is set to; its {@code name} is beside it. */
    PROXY_ENVIRONMENT,
    /** {@code istio}, or {@code disabled}: clients are told to speak plain text to this pod (pilot/pkg/model/service.go L2075). */
    POD_TLS_MODE,
    /** Moves the pod to another network, which is reached by way of that network's gateway (pilot/pkg/serviceregistry/kube/controller/endpoint_builder.go). */
    POD_NETWORK,
    /** {@code none}, or {@code ambient}: the node's ztunnel takes the pod's traffic (cni/pkg/util/enablement_selector.go). */
    POD_DATAPLANE,
    /** The revision whose injector was here, or whose istiod deployed this (files/injection-template.yaml, files/kube-gateway.yaml). */
    INJECTED_REVISION,
    /** What the injector did, in JSON; {@code revision} says whose it was (pkg/kube/inject/webhook.go getInjectionStatus). */
    INJECTION_STATUS,

    // What is kept for others' sake
    /** Labels of pods in the own namespace, or, in a system namespace, in all of the usergroup. */
    WORKLOAD_SELECTOR(false),
    /**
     * Labels of the pods that a Gateway is for, in every namespace of the usergroup; only of the own one if istiod runs with
     * PILOT_SCOPE_GATEWAY_TO_NAMESPACE. Not judged: labels name no namespace, so that nothing tells a selector of one's own gateway from
     * one of another's. Bootstrap sets that variable, and the shared gateway of the system namespace is on everybody's side of the border.
     */
    GATEWAY_SELECTOR(false),
    /** Part of a selector of namespaces by their labels, read with a {@link #ROUTE_ADMISSION}. */
    LABEL_SELECTOR(false),
    /** Reaches nothing by itself, and is read beside another field. */
    CONTEXT(false),

    // How far what is beside it takes effect: see policy.Growth.
    /** A condition: nothing is all, each one of a list is an alternative, and each entry of a map must hold. */
    NARROWS(false),
    /** The same of a list whose items must all hold. */
    NARROWS_EACH(false),
    /** Nothing is nothing, and each item of a list is something more. */
    WIDENS(false),
    /** Says of what the rest of its object speaks, and is compared as it stands. */
    QUALIFIES(false),
    /** The share of a destination or an endpoint among those of the same list. */
    WEIGHT(false),
    /** How many of a hundred requests; nothing is all. */
    PERCENT(false),
    /** The annotation that puts a policy out of force: what istiod reads as true (pilot/pkg/security/authz/builder, isDryRun). */
    DRY_RUN(false),
    /** Reaches nothing, and is not kept. */
    INERT(false);

    private static final Map<String, Reach> BY_SPELLING =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Reach::spelling, Function.identity()));

    private final String spelling;
    private final boolean crosses;

    Reach() {
        this(true);
    }

    Reach(boolean crosses) {
        this.spelling = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.crosses = crosses;
    }

    /** Whether a value can be a crossing by itself. */
    public boolean crosses() {
        return crosses;
    }

    /** Whether a value that is longer than any that can be read is known by its digest, and no reason to refuse the object. */
    boolean mayBeLong() {
        return this == PROXY_CODE || this == PROXY_ENVIRONMENT;
    }

    /** The longest value that is read, in characters: settings and templates are files, everything else is a name. */
    int maxLength() {
        return switch (this) {
            case MESH_CONFIG, GATEWAY_DEPLOYMENT, ROOT_CERTIFICATE -> 512 << 10;
            default -> 16 << 10;
        };
    }

    /** As the tables spell it, for example {@code host-claim}. */
    public String spelling() {
        return spelling;
    }

    static Optional<Reach> named(String spelling) {
        return Optional.ofNullable(BY_SPELLING.get(spelling));
    }

    @Override
    public String toString() {
        return spelling;
    }
}
