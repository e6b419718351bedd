package dev.marchwarden.policy.config;

import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;

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

        /** A policy may name thousands of identities, nearly all of this side. */
        Meaning OURS = new Ours();

        /** Everybody whom the mesh lets in: no one in particular. */
        record Anybody() implements Meaning {}

        /** Namespaces by a part of their names, of which the other side may have some too. */
        record SomeNamespaces() implements Meaning {}

        /** A namespace of the other side. */
        record ForeignNamespace(String namespace) implements Meaning {}

        /** Another usergroup's trust domain, or a pattern that matches it. */
        record ForeignTrustDomain(Usergroup usergroup) implements Meaning {}

        /** A pattern of trust domains of which nobody can say that none is another usergroup's. */
        record SomeTrustDomains() implements Meaning {}
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
        if (namespaceMark < 0 && pattern.startsWith(ANY)) {
            // The end of an account's name, or of a namespace's and an account.
            return accountMark < 0 ? new Meaning.Anybody() : suffix(pattern.substring(1, accountMark), surroundings);
        }
        String trustDomain = namespaceMark < 0 ? firstSegment(pattern) : pattern.substring(0, namespaceMark);
        Meaning byTrustDomain = trustDomain(trustDomain, surroundings);
        if (byTrustDomain instanceof Meaning.ForeignTrustDomain || byTrustDomain instanceof Meaning.SomeTrustDomains) {
            return byTrustDomain;
        }
        if (namespaceMark < 0) {
            return pattern.indexOf('*') < 0 ? Meaning.OURS : new Meaning.Anybody();
        }
        int begin = namespaceMark + NAMESPACE_MARK.length();
        int slash = pattern.indexOf('/', begin);
        return namespace(slash < 0 ? pattern.substring(begin) : pattern.substring(begin, slash), surroundings);
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
                ? Meaning.OURS
                : new Meaning.ForeignNamespace(pattern);
    }

    /** {@code NAMESPACE/ACCOUNT}, or an account of the own namespace. */
    static Meaning serviceAccount(String name, ObjectSurroundings surroundings) {
        int slash = name.indexOf('/');
        if (name.indexOf(NAMESPACE_MARK) >= 0 && name.indexOf(ACCOUNT_MARK) >= 0) {
            return principal(name, surroundings);
        }
        return slash < 0 ? Meaning.OURS : namespace(name.substring(0, slash), surroundings);
    }

    /**
     * The tenancy does not know trust domains. That of a usergroup is called after it, as bootstrap sets it: {@code NAME} or {@code
     * NAME.SOMETHING}. What is called after no other one is none of its business.
     */
    static Meaning trustDomain(String pattern, ObjectSurroundings surroundings) {
        if (pattern.equals(ANY)) {
            return new Meaning.Anybody();
        }
        if (pattern.startsWith(ANY)) {
            return trustDomainsThatEnd(pattern.substring(1), surroundings);
        }
        if (pattern.endsWith(ANY)) {
            return trustDomainsThatBegin(pattern.substring(0, pattern.length() - 1), surroundings);
        }
        if (pattern.equals(surroundings.tenancy().clusterDomain()) || pattern.equals(DEFAULT_TRUST_DOMAIN)) {
            return Meaning.OURS; // Istio's default, and everybody's alias of their own
        }
        Usergroup named = surroundings.tenancy().usergroup(firstLabel(pattern));
        return named != null && !named.equals(surroundings.boundary().usergroup())
                ? new Meaning.ForeignTrustDomain(named)
                : Meaning.OURS;
    }

    private static Meaning trustDomainsThatBegin(String start, ObjectSurroundings surroundings) {
        for (Usergroup other : others(surroundings)) {
            String domain = other.name() + ".";
            if (domain.startsWith(start) || start.startsWith(domain)) {
                return new Meaning.ForeignTrustDomain(other);
            }
        }
        return new Meaning.Anybody();
    }

    /** What comes after a usergroup's name is not known, so an end that says nothing of the name may be anybody's. */
    private static Meaning trustDomainsThatEnd(String end, ObjectSurroundings surroundings) {
        String label = firstLabel(end);
        for (Usergroup other : others(surroundings)) {
            String domain = other.name() + "." + surroundings.tenancy().clusterDomain();
            if (domain.endsWith(end) || (!label.isEmpty() && other.name().endsWith(label))) {
                return new Meaning.ForeignTrustDomain(other);
            }
        }
        return label.isEmpty() ? new Meaning.SomeTrustDomains() : new Meaning.Anybody();
    }

    private static List<Usergroup> others(ObjectSurroundings surroundings) {
        Usergroup own = surroundings.boundary().usergroup();
        return surroundings.tenancy().usergroups().stream()
                .filter(usergroup -> !usergroup.equals(own))
                .toList();
    }

    /** Whether all identities of the own usergroup match this pattern of principals or trust domains, and not simply everybody. */
    static boolean isWholeMesh(String pattern, ObjectSurroundings surroundings) {
        Usergroup own = surroundings.boundary().usergroup();
        String trustDomain = firstSegment(pattern);
        String rest = pattern.substring(trustDomain.length());
        return own != null
                && !trustDomain.startsWith(ANY)
                && (rest.isEmpty() || rest.equals("/" + ANY))
                && firstLabel(trustDomain.replace(ANY, "")).equals(own.name());
    }

    private static String firstLabel(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    private static String firstSegment(String pattern) {
        int slash = pattern.indexOf('/');
        return slash < 0 ? pattern : pattern.substring(0, slash);
    }
}
