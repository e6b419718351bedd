package dev.marchwarden.reachability.model;

import dev.marchwarden.tenancy.RuleName;
import org.jspecify.annotations.Nullable;

/** The kinds of paths across the boundary, with the rule that denies each at admission: none if admission does not see it, or several rules share it. */
enum PathKind {
    READ(null, "its control plane reads this namespace, its Services and its configuration"),
    SYSTEM_UNREAD(
            RuleName.SYSTEM_NAMESPACE, "the control plane does not read its own namespace, and so no STRICT policy"),
    INJECTED(null, "its pods get proxies, and with them certificates, of that usergroup"),
    NOT_INJECTED(
            null, "no control plane of the tenancy injects a proxy here, and a pod without one accepts plain text"),
    AMBIENT(RuleName.AMBIENT_MODE, "the node's ztunnel gets the pods' traffic, whichever mesh it belongs to"),
    MODE(RuleName.MTLS_DOWNGRADE, "its workloads accept plain text, which needs no certificate"),
    NOT_STRICT(
            RuleName.MTLS_DOWNGRADE,
            "without STRICT for the mesh its proxies accept plain text (PERMISSIVE is Istio's default)"),
    MORE_ROOTS(null, "every certificate of these roots is trusted"),
    UNREADABLE_ROOT(null, "a root that cannot be read may be another mesh's"),
    SHARED_ROOT(null, "both meshes trust one root, and their trust domains do not differ"),
    ROOT(RuleName.FOREIGN_IDENTITY, "workloads here trust a root that is not known to be their mesh's"),
    CHOSEN(RuleName.WORKLOAD_REVISION, "its proxy is that usergroup's, and so is its certificate"),
    STAMPED(RuleName.FOREIGN_INJECTION, "its proxy is that usergroup's, and so is its certificate"),
    TOKEN(
            RuleName.FOREIGN_IDENTITY,
            "with this token every istiod that the pod reaches signs a certificate of its mesh"),
    BARE(null, "it runs without a proxy, like pods from before the label, and accepts plain text"),
    UNCAPTURED(RuleName.INJECTION_OPT_OUT, "its pods accept plain text past the proxy"),
    REBUILT(RuleName.PROXY_OVERRIDE, "the author made the proxy of its pods: whom it trusts and admits is not known"),
    CODE(RuleName.RAW_PROXY_CONFIG, "it goes into the proxies unchanged, and may open them"),
    KIND(RuleName.UNKNOWN_KIND, "a kind that the model does not know may open anything"),
    SEEN(RuleName.FOREIGN_NAMESPACE, "their proxies see this Service and its endpoints, and share a root with them"),
    APPLIED(RuleName.FOREIGN_NAMESPACE, "it applies to their proxies, and decides where requests to its hosts go"),
    TAKEN(RuleName.HOST_CLAIM, "it takes its hosts from the proxies of the system namespace"),
    ANY_ADDRESS(RuleName.FOREIGN_ADDRESS, "its port leads to every address"),
    HOST(RuleName.FOREIGN_HOST, "it leads there, to workloads that trust its proxies"),
    ADDRESS(RuleName.FOREIGN_ADDRESS, "it leads there, to workloads that trust its proxies"),
    PASSTHROUGH(RuleName.OPEN_GATEWAY, "its gateways forward everybody to each Service that they see"),
    ATTACHED(RuleName.OPEN_GATEWAY, "their routes may attach, and take the traffic of this gateway"),
    EVERY_NAME(
            RuleName.HOST_CLAIM,
            "it takes every name of a gateway of the system namespace, also those of its neighbours"),
    ONE_NAME(
            RuleName.HOST_CLAIM,
            "both are served under one name at a gateway of the system namespace, which merges their routes"),
    GRANTED(RuleName.FOREIGN_NAMESPACE, "the ReferenceGrant permits it to use objects there");

    final @Nullable RuleName rule;
    final String why;

    PathKind(@Nullable RuleName rule, String why) {
        this.rule = rule;
        this.why = why;
    }
}
