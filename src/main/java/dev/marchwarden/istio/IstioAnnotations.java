package dev.marchwarden.istio;

/** Annotations of pods that Istio's injector and agent write or act on. Source: istio/api {@code annotation/annotations.yaml}. */
public final class IstioAnnotations {
    /** What the injector stamped on a pod, as JSON. */
    public static final String SIDECAR_STATUS = "sidecar.istio.io/status";
    /** Whether a pod gets a sidecar; also a label of this name, which wins. */
    public static final String SIDECAR_INJECT = "sidecar.istio.io/inject";
    /** Overrides of the mesh's {@code ProxyConfig} for one pod, as YAML. */
    public static final String PROXY_CONFIG = "proxy.istio.io/config";

    /** How traffic is redirected to the proxy; {@code NONE} for not at all. */
    public static final String INTERCEPTION_MODE = "sidecar.istio.io/interceptionMode";
    /** The ports on which what comes in goes through the proxy; {@code *} for all. */
    public static final String INCLUDED_PORTS = "traffic.sidecar.istio.io/includeInboundPorts";
    /** The ports on which what comes in goes past the proxy. */
    public static final String EXCLUDED_PORTS = "traffic.sidecar.istio.io/excludeInboundPorts";
    /** Mounts of the proxy's container, as JSON. */
    public static final String USER_VOLUME_MOUNT = "sidecar.istio.io/userVolumeMount";

    /** The class of an Ingress, before there was a field for it; it wins. */
    public static final String INGRESS_CLASS = "kubernetes.io/ingress.class";

    private IstioAnnotations() {}
}
