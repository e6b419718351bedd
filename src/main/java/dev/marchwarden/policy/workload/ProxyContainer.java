package dev.marchwarden.policy.workload;

import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.policy.ObjectSurroundings;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Embedded;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Reach;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A container that has the name of one of the injector's. Where its author wrote it, it is laid over the injected one, and may say little:
 * with the image {@code auto} Istio's charts ask for a gateway in this way. Where the injector or istiod made it, it must lead to the
 * control plane of its usergroup.
 *
 * <p>What istiod deploys for a Gateway can be imitated, for it goes by its labels, and so can what the injector stamps: docs/threat-model.md,
 * "What remains", says what that gains.
 */
final class ProxyContainer {
    private static final Set<String> INJECTED = Set.of(IstioNames.PROXY_CONTAINER, "istio-init", "istio-validation");
    static final String IMAGE_OF_THE_INJECTOR = "auto";

    private static final String TRUST_DOMAIN = "TRUST_DOMAIN";
    private static final Set<String> ROOTS = Set.of("XDS_ROOT_CA", "CA_ROOT_CA");
    private static final List<String> ROOT_DIRECTORIES = List.of("/etc/ssl/", "/var/run/secrets/istio/", "SYSTEM");
    private static final String ORDINARY_ROUTER = "standard";
    private static final String PRIVILEGE = "code of the author could change the proxy";
    private static final String COMMAND = "a command of the author would run in the proxy's container";
    private static final Pattern SLEEP =
            Pattern.compile("(/bin/)?(sh|bash)|-c|(/bin/)?sleep|[0-9]{1,5}|(/bin/)?sleep [0-9]{1,5}");
    private final Leaf leaf;
    private final AllowedTargets targets;
    private final ObjectSurroundings surroundings;
    private final List<Violation> violations;

    private ProxyContainer(Leaf leaf, AllowedTargets targets, List<Violation> violations) {
        this.leaf = leaf;
        this.targets = targets;
        this.surroundings = targets.surroundings();
        this.violations = violations;
    }

    /**
     * A value somewhere in a container.
     *
     * @param kind its path in the container without positions, in lower case, for the injector's JSON reader makes no difference
     * @param within its path, as it goes on from that of the leaf
     */
    private record Part(String kind, String within, Leaf leaf, String value) {
        /** The field of the container that it is in. */
        String field() {
            int end = kind.indexOf('[');
            return end < 0 ? kind : kind.substring(0, end);
        }
    }

    /** @param name that of the container */
    static void judge(Leaf name, AllowedTargets targets, List<Violation> violations) {
        ObjectSurroundings surroundings = targets.surroundings();
        ProxyContainer container = new ProxyContainer(name, targets, violations);
        Branch all = name.owner();
        Workload workload = Workload.of(name, surroundings);
        if (Objects.requireNonNull(all.parent()).name().equals("ephemeralContainers")) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, name)
                    .expected("another name")
                    .because("the injector adds no such container, and others would treat this one as the proxy")
                    .fix("give the container another name"));
        } else if (workload.isInjected() || workload.isDeployedForGateway(surroundings)) {
            container.judgeInjected(all, workload.isInjected());
        } else if (workload.isMadeFromTemplate(surroundings) || surroundings.mayAdminister(targets.usergroup())) {
            container.judgeInjected(all, true);
        } else {
            container.laidOver(parts(all));
        }
    }

    /** Whether a container of this name is one that the injector makes. */
    static boolean isInjectors(@Nullable String name) {
        return name != null && INJECTED.contains(name);
    }

    /** The name of the container that a field is in, as far as rows ask for it. */
    static @Nullable String nameOf(Leaf field) {
        for (Branch at = field.parent(); at != null; at = at.parent()) {
            Branch list = at.parent();
            if (at.isItem()
                    && list != null
                    && list.name().toLowerCase(Locale.ROOT).endsWith("containers")) {
                return at.text("name");
            }
        }
        return null;
    }

    /** @param leaf the annotation that has what containers said before they were injected */
    static void judgeOverlay(Leaf leaf, AllowedTargets targets, List<Violation> violations) {
        ObjectSurroundings surroundings = targets.surroundings();
        if (!Workload.of(leaf, surroundings).isInjected()) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, leaf)
                    .expected("nothing: only the injector writes this")
                    .because("the proxy would run something of the author")
                    .fix("remove " + leaf.path()));
            return;
        }
        Embedded.Fields overlay = Embedded.json(leaf.value());
        if (overlay == null) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, leaf)
                    .expected("JSON as the injector writes it")
                    .because("what overrides the proxy is unknown")
                    .fix("create the pod again from what its author wrote"));
            return;
        }
        judgeContainers(overlay, "", leaf, targets, violations);
    }

    /**
     * Lists of containers in a value, as the author's words about those that are called as the injector's.
     *
     * @param path of the fields in the value
     */
    static void judgeContainers(
            Embedded.Fields lists, String path, Leaf leaf, AllowedTargets targets, List<Violation> violations) {
        lists.fields().forEach((list, containers) -> {
            if (containers instanceof Embedded.Items items) {
                for (int i = 0; i < items.items().size(); i++) {
                    List<Part> parts = new ArrayList<>();
                    collect(
                            "",
                            path + "." + Quoted.bare(list) + "[" + i + "]",
                            items.items().get(i),
                            leaf,
                            parts);
                    boolean injected = parts.stream()
                            .anyMatch(part -> part.kind().equals("name") && INJECTED.contains(part.value()));
                    if (injected) {
                        new ProxyContainer(leaf, targets, violations).laidOver(parts);
                    }
                }
            }
        });
    }

    /** What the injector or istiod made. */
    private void judgeInjected(Branch container, boolean injected) {
        boolean proxy = leaf.value().equals(IstioNames.PROXY_CONTAINER);
        boolean authority = false;
        for (Leaf part : container.leaves()) {
            if (part.reach() == Reach.PROXY_ENVIRONMENT) {
                String variable = variable(part);
                authority |= variable.equals(ProxyVariables.CA_ADDRESS);
                variable(variable, part);
            } else if (proxy && part.place().endsWith("].command[]")) {
                violations.add(surroundings
                        .violation(RuleName.PROXY_OVERRIDE, part)
                        .expected("no command: the image runs the agent")
                        .because("another program would run instead of the proxy")
                        .fix("remove command from the container " + Quoted.bare(leaf.value())));
                proxy = false; // once will do
            }
        }
        if (!injected && !authority) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, leaf)
                    .expected("a container as istiod deploys it for a Gateway, with the variable "
                            + ProxyVariables.CA_ADDRESS)
                    .because("the certificate authority of this proxy is unknown")
                    .fix("leave the deployment of Gateways to istiod, or have the injector add the proxy"));
        }
    }

    /** The name beside a value; empty where there is none. */
    private static String variable(Leaf value) {
        String name = value.beside("name");
        return name == null ? "" : name;
    }

    private void variable(String name, Leaf value) {
        if (name.equals(ProxyVariables.CA_ADDRESS) && !targets.maySign(value.value())) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, value)
                    .expected(targets.inWords() + ", or an authority of no usergroup's")
                    .because("the proxy gets its certificate from there")
                    .restingOn(name)
                    .fix(fix(name)));
        }
        if (name.equals(TRUST_DOMAIN) && targets.isOthersTrustDomain(value.value())) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, value)
                    .expected("the trust domain of usergroup "
                            + targets.usergroup().name())
                    .because("the proxy would ask for an identity of another mesh")
                    .restingOn(name)
                    .fix(fix(name)));
        }
        if (ROOTS.contains(name) && ROOT_DIRECTORIES.stream().noneMatch(value.value()::startsWith)) {
            violations.add(surroundings
                    .violation(RuleName.PROXY_OVERRIDE, value)
                    .expected("a file below /etc/ssl or /var/run/secrets/istio, or the value SYSTEM")
                    .because("the proxy would trust the author of this file as its control plane")
                    .restingOn(name)
                    .fix(fix(name)));
        }
        if (name.equals(ProxyVariables.SETTINGS)) {
            Embedded.Fields settings = Embedded.yaml(value.value());
            String address = settings == null ? value.value() : settings.text("discoveryAddress");
            if (settings == null || (address != null && !targets.is(address))) {
                violations.add(surroundings
                        .violation(RuleName.PROXY_OVERRIDE, value, ".discoveryAddress", address)
                        .expected(targets.inWords())
                        .because("another control plane would configure this proxy")
                        .restingOn(name)
                        .fix(fix(name)));
            }
        }
    }

    private static String fix(String variable) {
        return "find who set " + variable + " (an annotation, a ProxyConfig, the mesh), and create the pod again";
    }

    /** What its author wrote, to be laid over what the injector makes. */
    private void laidOver(List<Part> parts) {
        Set<String> told = new HashSet<>();
        for (Part part : parts) {
            String reason = reasonAgainst(part);
            if (reason != null && (told.add(part.field()) || part.kind().equals("env[].name"))) {
                violations.add(surroundings
                        .violation(RuleName.PROXY_OVERRIDE, part.leaf(), part.within(), part.value())
                        .expected(expected(part))
                        .because(reason)
                        .restingOn(written())
                        .unless(new Requirement(
                                Requirement.Verb.ADMINISTER, targets.usergroup().name()))
                        .fix("remove it from the container, or give the container another name than the injector's"));
            }
        }
    }

    private static String expected(Part part) {
        return switch (part.field()) {
            case "image" -> "auto, or nothing where that may be";
            case "env" -> "only variables that are known to be harmless (docs/rules.md)";
            case "volumemounts" -> "a directory that the proxy does not read";
            default -> "nothing";
        };
    }

    /** The gateway between networks, which runs beside the control plane, has this variable from its chart. */
    private boolean isNetworkGateway(String variable) {
        return variable.equals("ISTIO_META_REQUESTED_NETWORK_VIEW")
                && surroundings.boundary().isSystem();
    }

    /** Istio's own gateways say that they are of the ordinary kind; the other kind is the gateway between networks. */
    private static boolean isOrdinaryRouter(Part part) {
        String mode = part.leaf().reach() == Reach.PROXY_OVERLAY
                ? ORDINARY_ROUTER
                : part.leaf().beside("value");
        return part.value().equals("ISTIO_META_ROUTER_MODE") && ORDINARY_ROUTER.equals(mode);
    }

    private @Nullable String reasonAgainst(Part part) {
        String value = part.value();
        return switch (part.kind()) {
            case "image" ->
                value.isEmpty() || value.equals(IMAGE_OF_THE_INJECTOR)
                        ? null
                        : "this would run instead of the mesh's proxy";
            case "command[]", "args[]" -> "this would run instead of the agent, or tell it what to do";
            case "env[].name" ->
                ProxyVariables.isHarmless(value) || isNetworkGateway(value) || isOrdinaryRouter(part)
                        ? null
                        : "it could change the proxy's control plane, trusted roots or identity";
            case "volumemounts[].mountpath" ->
                ProxyDirectories.cover(value) ? "the proxy would use files of the author as its own" : null;
            case "securitycontext.privileged" -> value.equals("true") ? PRIVILEGE : null;
            case "securitycontext.capabilities.add[]" -> PRIVILEGE;
            case "lifecycle.prestop.exec.command[]" -> isSleep(part) ? null : COMMAND;
            default ->
                part.kind().endsWith("exec.command[]")
                        ? COMMAND
                        : part.field().equals("envfrom") ? "these variables are unknown" : null;
        };
    }

    /** Istio's own documentation has the proxy sleep before it stops, so that connections can end. */
    private static boolean isSleep(Part part) {
        return SLEEP.matcher(part.value()).matches();
    }

    /** All that its author wrote, to tell whether it stayed as it was. */
    private String written() {
        return leaf.reach() == Reach.PROXY_OVERLAY || leaf.reach() == Reach.GATEWAY_DEPLOYMENT
                ? leaf.value()
                : leaf.owner().asText();
    }

    private static List<Part> parts(Branch container) {
        int start = container.place().length() + 1;
        return container.leaves().stream()
                .map(leaf -> new Part(leaf.place().substring(start).toLowerCase(Locale.ROOT), "", leaf, leaf.value()))
                .toList();
    }

    private static void collect(String kind, String within, Embedded value, Leaf leaf, List<Part> parts) {
        switch (value) {
            case Embedded.Text text -> parts.add(new Part(kind, within, leaf, text.value()));
            case Embedded.Items items -> {
                for (int i = 0; i < items.items().size(); i++) {
                    collect(kind + "[]", within + "[" + i + "]", items.items().get(i), leaf, parts);
                }
            }
            case Embedded.Fields fields ->
                fields.fields()
                        .forEach((name, field) -> collect(
                                (kind.isEmpty() ? "" : kind + ".") + name.toLowerCase(Locale.ROOT),
                                within + "." + Quoted.bare(name),
                                field,
                                leaf,
                                parts));
        }
    }
}
