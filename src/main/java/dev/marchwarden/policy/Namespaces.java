package dev.marchwarden.policy;

import org.jspecify.annotations.Nullable;

/** The namespaces of the cluster as last seen: an immutable snapshot, so that one decision sees one state. */
public interface Namespaces {
    /** The namespace of that name, or null where the snapshot knows none: never the same as one without labels. */
    @Nullable
    NamespaceState find(String name);

    /** How many namespaces carry this usergroup's label, are not terminating, and are not its system namespace. */
    int liveMembers(String usergroup, String systemNamespace);
}
