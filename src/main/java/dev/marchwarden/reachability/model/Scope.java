package dev.marchwarden.reachability.model;

/**
 * Some workloads, named as a set, so that a cluster is never a list of pairs.
 *
 * @param name of the usergroup or the namespace; empty for the other kinds
 */
public record Scope(Kind kind, String name) {
    /** What a scope takes in. */
    public enum Kind {
        /** Every workload of the cluster, in a mesh or not. */
        ANYONE("any workload"),
        /** Every workload with a proxy of some control plane. */
        ANY_MESH("any mesh"),
        USERGROUP("usergroup "),
        NAMESPACE("namespace ");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    public static final Scope ANYONE = new Scope(Kind.ANYONE, "");
    public static final Scope ANY_MESH = new Scope(Kind.ANY_MESH, "");

    public static Scope usergroup(String name) {
        return new Scope(Kind.USERGROUP, name);
    }

    public static Scope namespace(String name) {
        return new Scope(Kind.NAMESPACE, name);
    }

    /** Whether some of a namespace's workloads are among these. */
    public boolean covers(String namespace, Separation sides) {
        return switch (kind) {
            case ANYONE -> true;
            case ANY_MESH -> sides.usergroup(namespace) != null;
            case USERGROUP -> name.equals(sides.usergroup(namespace));
            case NAMESPACE -> name.equals(namespace);
        };
    }

    /** For people. */
    @Override
    public String toString() {
        return kind.words + name;
    }
}
