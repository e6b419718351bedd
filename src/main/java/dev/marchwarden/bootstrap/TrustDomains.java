package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The trust domains of the meshes: each its own, and none called after another usergroup, for rules tell them apart by that. */
final class TrustDomains {
    static final String PATH = "meshConfig.trustDomain";

    /** Policies take it for whatever the own trust domain is (istio: pilot/pkg/security/trustdomain). */
    private static final String LOCAL = "cluster.local";

    private static final Pattern SYNTAX = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,253}[a-z0-9])?");

    private final Tenancy tenancy;
    private final Map<String, String> takenBy = new HashMap<>();

    TrustDomains(Tenancy tenancy) {
        this.tenancy = tenancy;
    }

    /** What a usergroup gets that asks for no other. */
    String byDefault(Usergroup usergroup) {
        return usergroup.name() + "." + tenancy.clusterDomain();
    }

    /** Takes down the trust domain that a usergroup's values end up with, and says what is wrong with it. */
    List<ReservedValue.WrongValue> claim(Usergroup usergroup, ObjectNode values) {
        List<ReservedValue.WrongValue> wrong = new ArrayList<>();
        JsonNode found = values.at(ReservedValue.pointer(PATH));
        expectedInstead(usergroup, found.asText())
                .ifPresent(expected ->
                        wrong.add(new ReservedValue.WrongValue(PATH, ReservedValue.shown(found), expected)));
        for (String place : ReservedValue.places(PATH)) {
            JsonNode elsewhere = values.at(ReservedValue.pointer(place));
            if (!elsewhere.isMissingNode() && !elsewhere.equals(found)) {
                wrong.add(new ReservedValue.WrongValue(
                        place, ReservedValue.shown(elsewhere), "not set; write it as " + PATH));
            }
        }
        return wrong;
    }

    private Optional<String> expectedInstead(Usergroup usergroup, String domain) {
        if (!SYNTAX.matcher(domain).matches()) {
            return Optional.of("a trust domain: lower-case letters, digits, dots, hyphens and underscores");
        }
        if (domain.equals(LOCAL)) {
            return Optional.of("another one, because policies treat this one as any mesh's own");
        }
        for (Usergroup other : tenancy.usergroups()) {
            boolean othersName = domain.equals(other.name()) || domain.startsWith(other.name() + ".");
            if (!other.name().equals(usergroup.name()) && othersName) {
                return Optional.of("one without the name of usergroup " + other.name());
            }
        }
        String other = takenBy.putIfAbsent(domain, usergroup.name());
        return other == null || other.equals(usergroup.name())
                ? Optional.empty()
                : Optional.of("one of its own; " + Quoted.of(domain) + " is usergroup " + other + "'s");
    }
}
