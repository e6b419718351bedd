package dev.marchwarden.verification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.finding.Finding;
import dev.marchwarden.kubernetes.ObjectMetadata;
import dev.marchwarden.tenancy.SharedService;
import dev.marchwarden.tenancy.Usergroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Each mesh knows the shared services of the tenancy by ServiceEntries in its system namespace. Where it sends traffic to unknown hosts nowhere
 * (REGISTRY_ONLY), its workloads cannot reach them otherwise.
 */
final class SharedServiceEntries implements Check {
    private static final String NAME = "shared-services";
    private static final String REGISTRY_ONLY = "REGISTRY_ONLY";

    @Override
    public List<Finding> findings(Snapshot snapshot) {
        List<Finding> findings = new ArrayList<>();
        for (Usergroup usergroup : snapshot.tenancy().usergroups()) {
            if (snapshot.istiods(usergroup).stream().anyMatch(SharedServiceEntries::isClosed)) {
                findings.add(finding(snapshot, usergroup));
            }
        }
        return findings;
    }

    private static boolean isClosed(Istiod istiod) {
        return istiod.mesh().at("/outboundTrafficPolicy/mode").asText().equals(REGISTRY_ONLY);
    }

    private static Finding finding(Snapshot snapshot, Usergroup usergroup) {
        Set<String> unknown = new TreeSet<>();
        int count = 0;
        for (SharedService shared : snapshot.tenancy().sharedServices().list()) {
            Set<String> addresses =
                    shared.addresses().stream().map(Object::toString).collect(Collectors.toSet());
            for (String host : shared.hosts()) {
                count++;
                if (snapshot.serviceEntries().stream().noneMatch(entry -> isFor(entry, usergroup, host, addresses))) {
                    unknown.add(host);
                }
            }
        }
        return unknown.isEmpty()
                ? Finding.ok(NAME, usergroup.name(), count + (count == 1 ? " host" : " hosts") + " known to its mesh")
                : Finding.warning(
                        NAME,
                        usergroup.name(),
                        "its workloads cannot reach " + NameList.some(List.copyOf(unknown)) + ": no ServiceEntry in "
                                + usergroup.systemNamespace() + " is as the tenancy has it",
                        FixCommands.APPLY);
    }

    private static boolean isFor(JsonNode entry, Usergroup usergroup, String host, Set<String> addresses) {
        return ObjectMetadata.namespace(entry).equals(usergroup.systemNamespace())
                && texts(entry.at("/spec/hosts")).contains(host)
                && texts(entry.at("/spec/addresses")).equals(addresses);
    }

    private static Set<String> texts(JsonNode list) {
        return list.valueStream().map(JsonNode::asText).collect(Collectors.toSet());
    }
}
