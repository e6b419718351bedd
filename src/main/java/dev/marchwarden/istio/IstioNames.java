package dev.marchwarden.istio;

/** Names that Istio gives to its own objects and containers. Source: istio {@code manifests/charts}, {@code pkg/kube/inject}. */
public final class IstioNames {
    /** Of deployments, services and the label {@code app}; with a revision, {@code istiod-REVISION}. */
    public static final String ISTIOD = "istiod";
    /** The container of a sidecar or a gateway. */
    public static final String PROXY_CONTAINER = "istio-proxy";
    /** The ConfigMap in every namespace that tells workloads their mesh's root certificate. */
    public static final String ROOT_CONFIG_MAP = "istio-ca-root-cert";
    /** The ConfigMap beside it with the certificates that were revoked. */
    public static final String REVOCATION_CONFIG_MAP = "istio-ca-crl";
    /** The audience of the tokens that istiod takes (pilot/pkg/features, {@code TOKEN_AUDIENCES}). */
    public static final String TOKEN_AUDIENCE = "istio-ca";
    /** The label of what istiod itself deploys for a Gateway of the Gateway API (files/kube-gateway.yaml). */
    public static final String MANAGED_GATEWAY = "gateway.istio.io/managed";
    /** Selects the pods and deployments of every istiod. */
    public static final String ISTIOD_SELECTOR = "app=istiod";

    private IstioNames() {}

    /** The Service, Deployment and ServiceAccount of the istiod of a revision. */
    public static String istiod(String revision) {
        return ISTIOD + "-" + revision;
    }
}
