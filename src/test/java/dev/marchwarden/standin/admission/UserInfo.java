package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Json;
import java.util.List;
import java.util.Map;

/** Who makes a request. */
public record UserInfo(String username, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static UserInfo of(String username, List<String> groups) {
        return new UserInfo(username, "", groups, Map.of());
    }

    /** One that controllers of the cluster itself run as. */
    public static UserInfo controller(String name) {
        return of(
                "system:serviceaccount:kube-system:" + name,
                List.of("system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"));
    }

    /** As reviews have it. */
    public ObjectNode json() {
        ObjectNode json = Json.object().put("username", username);
        if (!uid.isEmpty()) {
            json.put("uid", uid);
        }
        if (!groups.isEmpty()) {
            groups.forEach(json.putArray("groups")::add);
        }
        if (!extra.isEmpty()) {
            ObjectNode all = json.putObject("extra");
            extra.forEach((key, values) -> values.forEach(all.withArrayProperty(key)::add));
        }
        return json;
    }
}
