package dev.marchwarden.policy.config;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.address.NamedAddress;
import dev.marchwarden.policy.Boundary;
import dev.marchwarden.policy.HostTarget;
import dev.marchwarden.policy.ObjectRule;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An address across the boundary: a name of somebody else's Service where an address is meant, or an IP address among the cluster's own,
 * which belong to no one's registry.
 */
final class ForeignAddress implements ObjectRule {
    private static final String SOCKET = "unix:";
    private static final int MAX_EXPORTS = 1_000;

    @Override
    public RuleName name() {
        return RuleName.FOREIGN_ADDRESS;
    }

    @Override
    public Set<Reach> reads() {
        return Set.of(
                Reach.ADDRESS,
                Reach.HOST,
                Reach.HOST_CLAIM,
                Reach.DNS_CLAIM,
                Reach.AUTHORITY,
                Reach.BACKEND,
                Reach.OUTBOUND_MODE,
                Reach.PASSTHROUGH);
    }

    @Override
    public @Nullable Violation ofLeaf(Leaf leaf, ObjectSurroundings surroundings) {
        String value = leaf.value();
        return switch (leaf.reach()) {
            case OUTBOUND_MODE -> outboundMode(leaf, surroundings);
            case PASSTHROUGH -> Passthrough.ofPort(leaf, surroundings);
            case BACKEND -> "Hostname".equals(leaf.beside("kind")) ? ofHost(value, leaf, surroundings) : null;
            case ADDRESS ->
                value.toLowerCase(Locale.ROOT).startsWith(SOCKET)
                        ? ofMachine(leaf, surroundings)
                        : ofAddress(leaf, surroundings);
            default -> leaf.isUnset() ? null : ofHost(value, leaf, surroundings);
        };
    }

    /** Names of Services are judged elsewhere there. */
    private @Nullable Violation ofHost(String host, Leaf leaf, ObjectSurroundings surroundings) {
        return switch (surroundings.hosts().literal(host)) {
            case HostTarget.Address address -> ofRange(address.range(), leaf, surroundings);
            case HostTarget.External outside -> isLookedUp(leaf) ? ofName(outside.name(), leaf, surroundings) : null;
            default -> null;
        };
    }

    /** Whether somebody resolves the name: what is only compared with a Host header or SNI leads nowhere. */
    private static boolean isLookedUp(Leaf leaf) {
        return switch (leaf.reach()) {
            case HOST, BACKEND -> true;
            case AUTHORITY -> leaf.path().contains("edirect.");
            case DNS_CLAIM -> {
                String resolution = leaf.root().text("spec", "resolution");
                Branch spec = leaf.root().branch("spec");
                yield resolution != null
                        && resolution.contains("DNS")
                        && spec != null
                        && spec.child("endpoints") == null;
            }
            default -> false;
        };
    }

    private @Nullable Violation ofName(String name, Leaf leaf, ObjectSurroundings surroundings) {
        NamedAddress named = NamedAddress.of(name);
        if (named == null) {
            return null;
        }
        AddressRange range = named.range();
        return range != null
                ? ofRange(range, leaf, surroundings)
                : surroundings
                        .violation(name(), leaf)
                        .expected("a name that contains no address, or the address itself")
                        .because("the address of this name is not certain")
                        .fix("in " + leaf.path() + " write the address");
    }

    private @Nullable Violation ofAddress(Leaf leaf, ObjectSurroundings surroundings) {
        return switch (surroundings.hosts().literal(leaf.value())) {
            case HostTarget.Address address -> ofRange(address.range(), leaf, surroundings);
            case HostTarget.InNamespace there -> inNamespace(there.namespace(), leaf, surroundings);
            case HostTarget.Across across ->
                surroundings
                        .violation(name(), leaf)
                        .expected(expected(surroundings))
                        .because("this name belongs to the whole cluster")
                        .fix(fix(leaf, surroundings));
            case HostTarget.Unclear unclear ->
                surroundings
                        .violation(name(), leaf)
                        .expected("an IP address in the notation of Kubernetes, or a DNS name")
                        .because("programs read different addresses in this value")
                        .fix("in " + leaf.path() + " write the address in full");
            case HostTarget.External outside -> ofName(outside.name(), leaf, surroundings);
            case HostTarget.Nowhere nowhere -> null;
        };
    }

    private @Nullable Violation inNamespace(String there, Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings.boundary().holds(there) || surroundings.isShared(leaf.value())
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected(expected(surroundings))
                        .because("traffic would go to a Service of others without their control plane")
                        .reaching(there)
                        .fix(fix(leaf, surroundings));
    }

    private static String expected(ObjectSurroundings surroundings) {
        return "an address outside the cluster, or of a Service in "
                + surroundings.boundary().inWords();
    }

    private static String fix(Leaf leaf, ObjectSurroundings surroundings) {
        return "in " + leaf.path() + " name an address outside the cluster, or a host such as "
                + surroundings.ownHost("NAME");
    }

    private @Nullable Violation ofRange(AddressRange range, Leaf leaf, ObjectSurroundings surroundings) {
        if (range.isOfMachine() && !range.isEverything()) {
            return ofMachine(leaf, surroundings);
        }
        return (range.isEverything() || surroundings.tenancy().isInCluster(range))
                        && !isShared(range, leaf, surroundings)
                ? surroundings
                        .violation(name(), leaf)
                        .expected("an address outside the cluster's own ranges")
                        .because("pods and Services of others may have this address, now or later")
                        .fix("in " + leaf.path() + " name a Service by its host instead")
                : null;
    }

    /** The API server's Service has the first address of the Service range (Kubernetes: pkg/controlplane); no pod has that of its range. */
    private static boolean isShared(AddressRange range, Leaf leaf, ObjectSurroundings surroundings) {
        return surroundings.tenancy().sharedServices().isShared(range)
                || (leaf.path().startsWith("spec.addresses[")
                        && surroundings.tenancy().clusterRanges().stream().anyMatch(range::isFirstOf));
    }

    /** An address or socket of the proxy that connects, which in a usergroup that isolates its namespaces may be a shared gateway. */
    private @Nullable Violation ofMachine(Leaf leaf, ObjectSurroundings surroundings) {
        Boundary boundary = surroundings.boundary();
        KindTable kind = surroundings.change().table();
        if (leaf.path().startsWith("spec.probe.")) {
            return null; // asked by the agent of the workload itself
        }
        boolean leads = leaf.reach() == Reach.ADDRESS || leaf.reach() == Reach.HOST || isLookedUp(leaf);
        if (kind == null || !boundary.isolated() || !leads) {
            return null;
        }
        boolean own =
                isExported(leaf) && !Audience.of(leaf.root(), kind, boundary).shared();
        return own
                ? null
                : surroundings
                        .violation(name(), leaf)
                        .expected("an address that is not the proxy's own machine, node or cloud")
                        .because("a gateway that namespaces share would connect to itself there: to Envoy's"
                                + " administration or to its node's credentials")
                        .fix(fix(leaf, surroundings));
    }

    /** Whether the object says to whom it is exported, in a list that is looked through for each address. */
    private static boolean isExported(Leaf leaf) {
        Branch spec = leaf.root().branch("spec");
        Node exports = spec == null ? null : spec.child("exportTo");
        return exports instanceof Leaf
                || (exports instanceof Branch list && list.children().size() <= MAX_EXPORTS);
    }

    private @Nullable Violation outboundMode(Leaf leaf, ObjectSurroundings surroundings) {
        return leaf.value().equals("ALLOW_ANY")
                ? surroundings
                        .violation(name(), leaf)
                        .expected("REGISTRY_ONLY, or what the mesh has set")
                        .because("clients could send to any address, other usergroups' pods included")
                        .fix("remove " + leaf.path() + ", or set it to REGISTRY_ONLY")
                : null;
    }
}
