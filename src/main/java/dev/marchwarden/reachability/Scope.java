package dev.marchwarden.reachability;

/**
 * Some workloads, named as a set, so that a cluster is never a list of pairs.
 *
 * @param name of the usergroup or the namespace; empty for the other kinds
 */
public record Scope(Kind kind, String name) implements Comparable<Scope> {
    /** What a scope takes in. */
    public enum Kind {
        /** Every workload of the cluster, in a mesh or not. */
        ANYONE,
        /** Every workload with a proxy of some control plane. */
        ANY_MESH,
        USERGROUP,
        NAMESPACE
    }

    static final Scope ANYONE = new Scope(Kind.ANYONE, "");
    static final Scope ANY_MESH = new Scope(Kind.ANY_MESH, "");

    static Scope usergroup(String name) {
        return new Scope(Kind.USERGROUP, name);
    }

    static Scope namespace(String name) {
        return new Scope(Kind.NAMESPACE, name);
    }

    /** Whether some of a namespace's workloads are among these. */
    boolean covers(String namespace, Sides sides) {
        return switch (kind) {
            case ANYONE -> true;
            case ANY_MESH -> sides.usergroup(namespace) != null;
            case USERGROUP -> name.equals(sides.usergroup(namespace));
            case NAMESPACE -> name.equals(namespace);
        };
    }

    @Override
    public int compareTo(Scope other) {
        int byKind = kind.compareTo(other.kind);
        return byKind == 0 ? name.compareTo(other.name) : byKind;
    }

    /** For people. */
    @Override
    public String toString() {
        return switch (kind) {
            case ANYONE -> "any workload";
            case ANY_MESH -> "any mesh";
            case USERGROUP -> "usergroup " + name;
            case NAMESPACE -> "namespace " + name;
        };
    }
}
