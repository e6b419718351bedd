package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.policy.ViolationBuilder;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An identity across the boundary that is admitted, or accepted as a server of this side. What shuts somebody out names whom it likes: only an
 * AuthorizationPolicy that allows opens anything.
 */
final class ForeignIdentity implements ObjectRule {
    private static final String SPIFFE = "spiffe://";
    private static final String[] ACTION = {"spec", "action"};
    private static final Set<String> CLOSING_ACTIONS = Set.of("DENY", "AUDIT", "CUSTOM");

    @Override
    public RuleName name() {
        return RuleName.FOREIGN_IDENTITY;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(
                Reach.PRINCIPAL,
                Reach.SOURCE_NAMESPACE,
                Reach.SERVICE_ACCOUNT,
                Reach.TRUST_DOMAIN,
                Reach.CONDITION,
                Reach.SUBJECT_ALT_NAME,
                Reach.JWKS_URI,
                Reach.JWT_ISSUER);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        String value = leaf.value();
        if (closes(leaf)) {
            return null;
        }
        if (leaf.row().negated()) {
            return excludesOwn(leaf, surroundings)
                    ? violation(leaf, surroundings)
                            .because("everybody except this mesh would be admitted")
                            .fix("remove this value, and name who is admitted")
                    : null;
        }
        return switch (leaf.reach()) {
            case PRINCIPAL -> judge(Identity.principal(value, surroundings), leaf, surroundings);
            case SOURCE_NAMESPACE -> judge(Identity.namespace(value, surroundings), leaf, surroundings);
            case SERVICE_ACCOUNT -> judge(Identity.serviceAccount(value, surroundings), leaf, surroundings);
            case TRUST_DOMAIN -> judge(Identity.trustDomain(value, surroundings), leaf, surroundings);
            case CONDITION -> condition(leaf, surroundings);
            case SUBJECT_ALT_NAME -> subjectAltName(leaf, surroundings);
            case JWKS_URI -> isSet(value) ? keys(leaf, surroundings) : null;
            case JWT_ISSUER -> hasKeys(leaf) || !KeySource.isUrl(value) ? null : keys(leaf, surroundings);
            default -> throw new IllegalArgumentException(leaf.reach() + " is no identity");
        };
    }

    /** Reads the action of an AuthorizationPolicy; other kinds have none there. */
    private static boolean closes(Leaf leaf) {
        String action = leaf.root().text(ACTION);
        return action != null && CLOSING_ACTIONS.contains(action);
    }

    private static boolean excludesOwn(Leaf leaf, ObjectSurroundings surroundings) {
        boolean ofMesh = switch (leaf.reach()) {
            case PRINCIPAL, TRUST_DOMAIN -> true;
            case CONDITION -> {
                String key = leaf.beside("key");
                yield "source.principal".equals(key) || "source.trustDomain".equals(key);
            }
            default -> false;
        };
        return ofMesh && Identity.isWholeMesh(leaf.value(), surroundings);
    }

    private @Nullable Violation condition(Leaf leaf, ObjectSurroundings surroundings) {
        String key = leaf.beside("key");
        if (key == null) {
            return null;
        }
        String value = leaf.value();
        return switch (key) {
            case "source.principal" -> judge(Identity.principal(value, surroundings), leaf, surroundings);
            case "source.namespace" -> judge(Identity.namespace(value, surroundings), leaf, surroundings);
            case "source.serviceAccount" -> judge(Identity.serviceAccount(value, surroundings), leaf, surroundings);
            case "source.trustDomain" -> judge(Identity.trustDomain(value, surroundings), leaf, surroundings);
            default -> null; // of the request, the token or the own workload
        };
    }

    private @Nullable Violation subjectAltName(Leaf leaf, ObjectSurroundings surroundings) {
        String value = leaf.value();
        if (value.toLowerCase(Locale.ROOT).startsWith(SPIFFE)) {
            return judge(Identity.principal(value, surroundings), leaf, surroundings);
        }
        return !surroundings.isShared(value)
                        && surroundings.hosts().literal(value) instanceof HostTarget.InNamespace there
                ? judge(Identity.namespace(there.namespace(), surroundings), leaf, surroundings)
                : null;
    }

    private @Nullable Violation judge(Identity.Meaning meaning, Leaf leaf, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        return switch (meaning) {
            case Identity.Meaning.Ours ours -> null;
            case Identity.Meaning.Anybody anybody ->
                boundary.isolated()
                        ? violation(leaf, surroundings)
                                .because("this is every identity of the usergroup")
                                .fix(fix(leaf, boundary))
                        : null;
            case Identity.Meaning.SomeNamespaces some ->
                violation(leaf, surroundings)
                        .because("namespaces of any usergroup may match this")
                        .fix(fix(leaf, boundary) + "; write namespaces in full");
            case Identity.Meaning.ForeignNamespace there ->
                violation(leaf, surroundings)
                        .because(
                                boundary.sharesUsergroup(there.namespace())
                                        ? "clients would accept the server there as one of this side"
                                        : "nobody there has a certificate of this mesh, so it would have no effect")
                        .reaching(there.namespace())
                        .fix(fix(leaf, boundary));
            case Identity.Meaning.ForeignTrustDomain other ->
                violation(leaf, surroundings)
                        .because("this matches the trust domain of another usergroup")
                        .reaching(other.usergroup().systemNamespace())
                        .fix(fix(leaf, boundary));
            case Identity.Meaning.SomeTrustDomains some ->
                violation(leaf, surroundings)
                        .because("trust domains of other usergroups may match this")
                        .fix(fix(leaf, boundary) + "; write trust domains in full");
        };
    }

    private ViolationBuilder violation(Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings
                .violation(name(), leaf)
                .expected("identities in " + surroundings.boundary().inWords());
    }

    private static String fix(Leaf leaf, Boundary boundary) {
        return "in " + leaf.path() + " name identities in " + boundary.inWords() + ", or remove the rule that names it";
    }

    private static boolean hasKeys(Leaf leaf) {
        return isSet(leaf.beside("jwksUri")) || isSet(leaf.beside("jwks_uri")) || isSet(leaf.beside("jwks"));
    }

    /** An empty text is none, for Istio as for everything that reads protocol buffers. */
    private static boolean isSet(@Nullable String text) {
        return text != null && !text.isEmpty();
    }

    /** The keys are fetched by istiod, from where it runs: a URL is a request that a tenant makes in its name. */
    private @Nullable Violation keys(Leaf leaf, ObjectSurroundings surroundings) {
        String reason = KeySource.reasonAgainst(leaf.value(), surroundings);
        return reason == null
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("an http or https URL outside the cluster, or of a Service of "
                                + surroundings.boundary().inWords())
                        .because(reason)
                        .restingOn(String.valueOf(hasKeys(leaf)))
                        .fix("in " + leaf.path()
                                + " name a host that anybody may ask, or put the keys themselves into jwks");
    }
}
