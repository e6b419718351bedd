package dev.marchwarden.policy;

import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a rule may know beside the object itself.
 *
 * @param change that is being judged: a state rule looks at its author and at how it can be fixed, not at its states
 */
public record Surroundings(Tenancy tenancy, Namespaces namespaces, NamespaceChange change) {
    /** The value of the usergroup label, known to the tenancy or not; null where the namespace has none. */
    public @Nullable String usergroupOf(NamespaceState namespace) {
        return namespace.label(tenancy.usergroupLabel());
    }

    public String usergroupPath() {
        return labelPath(tenancy.usergroupLabel());
    }

    public static String labelPath(String key) {
        return "metadata.labels[" + key + "]";
    }

    /** The start of a fix for the labels of the namespace at hand. */
    public LabelEdit fix() {
        return new LabelEdit(change);
    }

    /**
     * The fix that takes the namespace at hand out of the mesh: both labels, for one alone would be unpaired. A system namespace keeps its
     * own usergroup's.
     */
    public LabelEdit leave() {
        Usergroup system = tenancy.systemNamespaceOwner(change.name());
        LabelEdit edit = fix();
        if (system == null) {
            edit.remove(tenancy.usergroupLabel());
        } else {
            edit.set(tenancy.usergroupLabel(), system.name());
        }
        return edit.remove(MeshLabels.REVISION);
    }

    public boolean mayUse(Usergroup usergroup) {
        return change.user().mayUse(usergroup);
    }

    public boolean mayAdminister(Usergroup usergroup) {
        return change.user().mayAdminister(usergroup);
    }

    /** The usergroups that the author may hear of; a message names no others than these and those the author named. */
    public List<String> usergroupsOfAuthor() {
        return tenancy.usergroups().stream()
                .filter(this::mayUse)
                .map(Usergroup::name)
                .toList();
    }
}
