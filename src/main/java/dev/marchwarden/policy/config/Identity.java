package dev.marchwarden.policy.config;

import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.tenancy.Usergroup;
import org.jspecify.annotations.Nullable;

/**
 * Names of identities in a mesh, {@code TRUSTDOMAIN/ns/NAMESPACE/sa/ACCOUNT}, and what they are compared with: exact values, {@code
 * PREFIX*}, {@code *SUFFIX} or {@code *} (pilot/pkg/security/authz/matcher).
 */
final class Identity {
    private static final String NAMESPACE_MARK = "/ns/";
    private static final String ACCOUNT_MARK = "/sa/";
    private static final String SPIFFE = "spiffe://";
    private static final String ANY = "*";
    private static final String DEFAULT_TRUST_DOMAIN = "cluster.local";

    private Identity() {}

    /** What a pattern stands for, as far as the border is concerned. */
    sealed interface Meaning {
        /** This side only, or nothing. */
        record Ours() implements Meaning {}

        /** Everybody whom the mesh lets in: no one in particular. */
        record Anybody() implements Meaning {}

        /** Namespaces by a part of their names, of which the other side may have some too. */
        record SomeNamespaces() implements Meaning {}

        /** A namespace of the other side. */
        record ForeignNamespace(String namespace) implements Meaning {}

        /** Another usergroup's trust domain. */
        record ForeignTrustDomain(Usergroup usergroup) implements Meaning {}
    }

    static Meaning principal(String written, ObjectSurroundings surroundings) {
        String pattern = written.regionMatches(true, 0, SPIFFE, 0, SPIFFE.length())
                ? written.substring(SPIFFE.length())
                : written;
        if (pattern.equals(ANY)) {
            return new Meaning.Anybody();
        }
        int namespaceMark = pattern.indexOf(NAMESPACE_MARK);
        int accountMark = pattern.indexOf(ACCOUNT_MARK);
        if (namespaceMark < 0 && accountMark >= 0 && pattern.startsWith(ANY)) {
            return suffix(pattern.substring(1, accountMark), surroundings);
        }
        String trustDomain = namespaceMark < 0 ? firstSegment(pattern) : pattern.substring(0, namespaceMark);
        Meaning byTrustDomain = trustDomain(trustDomain, surroundings);
        if (byTrustDomain instanceof Meaning.ForeignTrustDomain) {
            return byTrustDomain;
        }
        if (namespaceMark < 0) {
            return pattern.indexOf('*') < 0 ? new Meaning.Ours() : new Meaning.Anybody();
        }
        String rest = pattern.substring(namespaceMark + NAMESPACE_MARK.length());
        int slash = rest.indexOf('/');
        return namespace(slash < 0 ? rest : rest.substring(0, slash), surroundings);
    }

    /** @param part what stands between the wildcard and {@code /sa/}: the end of a namespace's name, or all of it */
    private static Meaning suffix(String part, ObjectSurroundings surroundings) {
        int slash = part.lastIndexOf('/');
        if (part.isEmpty()) {
            return new Meaning.Anybody();
        }
        return slash < 0 ? new Meaning.SomeNamespaces() : namespace(part.substring(slash + 1), surroundings);
    }

    static Meaning namespace(String pattern, ObjectSurroundings surroundings) {
        if (pattern.equals(ANY)) {
            return new Meaning.Anybody();
        }
        if (pattern.indexOf('*') >= 0) {
            return new Meaning.SomeNamespaces();
        }
        return pattern.isEmpty() || surroundings.boundary().holds(pattern)
                ? new Meaning.Ours()
                : new Meaning.ForeignNamespace(pattern);
    }

    /** {@code NAMESPACE/ACCOUNT}, or an account of the own namespace. */
    static Meaning serviceAccount(String name, ObjectSurroundings surroundings) {
        int slash = name.indexOf('/');
        if (name.indexOf(NAMESPACE_MARK) >= 0 && name.indexOf(ACCOUNT_MARK) >= 0) {
            return principal(name, surroundings);
        }
        return slash < 0 ? new Meaning.Ours() : namespace(name.substring(0, slash), surroundings);
    }

    /**
     * The tenancy does not know trust domains. That of a usergroup is called after it, as bootstrap sets it; what is called after no
     * other one is none of its business.
     */
    static Meaning trustDomain(String pattern, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        if (pattern.equals(surroundings.tenancy().clusterDomain()) || pattern.equals(DEFAULT_TRUST_DOMAIN)) {
            return new Meaning.Ours(); // Istio's default, and everybody's alias of their own
        }
        int dot = pattern.indexOf('.');
        String first = dot < 0 ? pattern : pattern.substring(0, dot);
        @Nullable Usergroup named = surroundings.tenancy().usergroup(first);
        if (named != null && !named.equals(boundary.usergroup())) {
            return new Meaning.ForeignTrustDomain(named);
        }
        return pattern.indexOf('*') >= 0 ? new Meaning.Anybody() : new Meaning.Ours();
    }

    private static String firstSegment(String pattern) {
        int slash = pattern.indexOf('/');
        return slash < 0 ? pattern : pattern.substring(0, slash);
    }
}
