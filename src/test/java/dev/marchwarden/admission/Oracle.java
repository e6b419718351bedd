package dev.marchwarden.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.model.Border;
import dev.marchwarden.policy.NamespaceState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must not be allowed, read off a tree of the review and said as simply as possible: it knows less than the policy, but nothing of it. */
final class Oracle {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:namespace-controller";

    private final JsonNode request;

    Oracle(JsonNode request) {
        this.request = request;
    }

    /** Why this must not be allowed, where it is clear enough. */
    Optional<String> objection() {
        boolean byKind = text(request.path("kind"), "group").isEmpty()
                && text(request.path("kind"), "kind").equals("Namespace");
        boolean byResource = text(request.path("resource"), "group").isEmpty()
                && text(request.path("resource"), "resource").equals("namespaces");
        if (text(request.path("kind"), "kind").isEmpty()) {
            return Optional.of("allowed nobody knows what");
        }
        if ((!byKind && !byResource)
                || text(request.path("userInfo"), "username").equals(CONTROLLER)) {
            return Optional.empty();
        }
        return switch (text(request, "operation")) {
            case "CREATE" -> written(Map.of(), "object");
            case "UPDATE" ->
                request.path("oldObject").isObject()
                        ? written(labels("oldObject"), "object")
                        : Optional.of("updated from nothing");
            case "DELETE" -> deleted();
            default -> Optional.of("allowed an operation that namespaces do not have");
        };
    }

    private Optional<String> written(Map<String, String> before, String field) {
        if (!request.path(field).isObject()) {
            return Optional.of("wrote nothing");
        }
        Map<String, String> after = labels(field);
        Set<String> sins = new HashSet<>(Border.sins(new NamespaceState(name(), after, false)));
        sins.removeAll(Border.sins(new NamespaceState(name(), before, false)));
        if (!sins.isEmpty()) {
            return Optional.of(sins.toString());
        }
        String from = before.get("usergroup");
        String to = after.get("usergroup");
        boolean moved = !Objects.equals(from, to);
        return moved && (foreign(from) || foreign(to))
                ? Optional.of("moved from " + from + " to " + to)
                : Optional.empty();
    }

    /** Whether this is a usergroup that the user has no say in. */
    private boolean foreign(@Nullable String usergroup) {
        Set<String> groups = new HashSet<>();
        request.path("userInfo").path("groups").forEach(group -> groups.add(group.asText()));
        if (usergroup == null || groups.contains("system:masters")) {
            return false;
        }
        return switch (usergroup) {
            case "usergroup-1" -> !groups.contains("team-1");
            case "usergroup-2" -> !text(request.path("userInfo"), "username").equals("bob");
            default -> false;
        };
    }

    private Optional<String> deleted() {
        boolean terminating = request.path("oldObject").path("metadata").hasNonNull("deletionTimestamp");
        return Set.of("system-1", "system-2").contains(name()) && !terminating
                ? Optional.of(name() + " deleted under its members")
                : Optional.empty();
    }

    private String name() {
        String name = text(request, "name");
        String inObject = text(request.path("object").path("metadata"), "name");
        String inOld = text(request.path("oldObject").path("metadata"), "name");
        return !name.isEmpty() ? name : !inObject.isEmpty() ? inObject : inOld;
    }

    private Map<String, String> labels(String field) {
        Map<String, String> labels = new HashMap<>();
        request.path(field).path("metadata").path("labels").properties().stream()
                .filter(label -> Border.GUARDED.contains(label.getKey()))
                .forEach(label -> labels.put(
                        label.getKey(),
                        label.getValue().isNull() ? "" : label.getValue().asText()));
        return labels;
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).isTextual() ? object.path(field).textValue() : "";
    }
}
