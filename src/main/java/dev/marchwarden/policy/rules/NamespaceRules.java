package dev.marchwarden.policy.rules;

import dev.marchwarden.policy.NamespaceRule;
import java.util.List;

/** The rules about namespaces, in the order in which a denial lists what they found. */
public final class NamespaceRules {
    public static final List<NamespaceRule> ALL = List.of(
            new ProtectedNamespace(),
            new SystemNamespace(),
            new UnknownUsergroup(),
            new UnknownRevision(),
            new RevisionMismatch(),
            new UnpairedLabels(),
            new InjectionLabel(),
            new AmbientMode(),
            new MembershipNotPermitted());

    private NamespaceRules() {}
}
