package dev.marchwarden.verification;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.marchwarden.certificates.RootBundle;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.istio.IstioNames;
import dev.marchwarden.tenancy.Usergroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Each usergroup has a root of its own, and its namespaces have that one. A root that two share, as one {@code cacerts} for both, is one border less:
 * each trusts the certificates of the other.
 */
final class Roots implements Check {
    private static final String NAME = "roots";
    private static final Duration SOON = Duration.ofDays(30);

    private final Instant now;

    Roots(Instant now) {
        this.now = now;
    }

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        Map<String, RootBundle> bundles = new TreeMap<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            RootBundle.parse(snapshot.roots().getOrDefault(usergroup.systemNamespace(), ""))
                    .ifPresent(bundle -> bundles.put("usergroup " + usergroup.name(), bundle));
        }
        for (Istiod foreign : snapshot.foreignIstiods()) {
            RootBundle.parse(snapshot.roots().getOrDefault(foreign.namespace(), ""))
                    .ifPresent(bundle -> bundles.put("the mesh in " + foreign.namespace(), bundle));
        }
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            RootBundle its = bundles.get("usergroup " + usergroup.name());
            if (its == null) {
                findings.add(Finding.error(
                        NAME,
                        usergroup.name(),
                        "ConfigMap " + usergroup.systemNamespace()
                                + "/istio-ca-root-cert has no certificate: its root is unknown",
                        "check that its istiod is up and reads its system namespace; it writes the ConfigMap"));
                continue;
            }
            findings.add(own(usergroup, its, bundles));
            webhooks(snapshot, usergroup, its, findings);
            members(snapshot, usergroup, its, bundles, findings);
        }
        return findings;
    }

    private Finding own(Usergroup usergroup, RootBundle its, Map<String, RootBundle> bundles) {
        List<String> sharing = others(usergroup, its, bundles);
        if (!sharing.isEmpty()) {
            return Finding.error(
                    NAME,
                    usergroup.name(),
                    "the same root as " + String.join(", ", sharing) + ": " + its.fingerprints()
                            + "; each trusts the certificates of the other, and at most their trust domain is refused",
                    "give each its own Secret cacerts, or none, in its system namespace; restart its istiod, then its workloads");
        }
        Instant end = its.end();
        if (end.isBefore(now.plus(SOON))) {
            String found = its.fingerprints() + (end.isBefore(now) ? " has expired at " : " expires at ") + end;
            String fix = "renew it: `kubectl -n " + usergroup.systemNamespace()
                    + " get secret istio-ca-secret cacerts` shows where it is from";
            return end.isBefore(now)
                    ? Finding.error(NAME, usergroup.name(), found, fix)
                    : Finding.warning(NAME, usergroup.name(), found, fix);
        }
        return Finding.ok(NAME, usergroup.name(), "a root of its own, " + its.fingerprints() + ", until " + end);
    }

    /** Who else has a key of it. */
    private static List<String> others(Usergroup usergroup, RootBundle bundle, Map<String, RootBundle> bundles) {
        return bundles.entrySet().stream()
                .filter(other -> !other.getKey().equals("usergroup " + usergroup.name()))
                .filter(other -> other.getValue().shares(bundle))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** istiod keeps it as its root is; another one there, and no pod can be created. */
    private static void webhooks(Snapshot snapshot, Usergroup usergroup, RootBundle its, List<Finding> findings) {
        TreeSet<String> wrong = new TreeSet<>();
        List<IstioWebhook> all = new ArrayList<>(snapshot.injectors());
        all.addAll(snapshot.validators());
        for (IstioWebhook webhook : all) {
            if (usergroup.equals(snapshot.owner(webhook))
                    && !webhook.authority().isEmpty()
                    && !decoded(webhook.authority()).map(its::shares).orElse(false)) {
                wrong.add(webhook.configuration());
            }
        }
        wrong.forEach(configuration -> findings.add(Finding.error(
                NAME,
                usergroup.name(),
                "caBundle of " + configuration + " is not its root: the API server cannot call its istiod",
                "restart its istiod, which fills it in, or remove the other writer")));
    }

    private static Optional<RootBundle> decoded(String base64) {
        try {
            return RootBundle.parse(new String(Base64.getMimeDecoder().decode(base64), ISO_8859_1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void members(
            Snapshot snapshot,
            Usergroup usergroup,
            RootBundle its,
            Map<String, RootBundle> bundles,
            List<Finding> findings) {
        List<String> without = new ArrayList<>();
        for (ObservedNamespace member : snapshot.members(usergroup)) {
            RootBundle there = RootBundle.parse(snapshot.roots().getOrDefault(member.name(), ""))
                    .orElse(null);
            if (there == null) {
                without.add(member.name());
                continue;
            }
            List<String> others = others(usergroup, there, bundles);
            if (!there.shares(its)
                    || (!others.isEmpty() && others(usergroup, its, bundles).isEmpty())) {
                String whose = others.isEmpty()
                        ? "another root, " + there.fingerprints() + ","
                        : "the root of " + others.getFirst();
                findings.add(Finding.error(
                        NAME,
                        member.name(),
                        "its pods believe " + whose
                                + (there.shares(its) ? " too" : " and not usergroup " + usergroup.name() + "'s"),
                        FixCommands.delete("configmap", member.name(), IstioNames.ROOT_CONFIG_MAP)
                                + ": its istiod writes it again; then restart its workloads"));
            }
        }
        if (!without.isEmpty()) {
            findings.add(Finding.error(
                    NAME,
                    usergroup.name(),
                    "no ConfigMap istio-ca-root-cert in " + NameList.some(without) + ": their pods do not start",
                    "check that its istiod is up, and that its discoverySelectors match them"));
        }
    }
}
