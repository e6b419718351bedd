package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a webhook wants to be asked about. */
final class Rules {
    private final JsonNode rules;
    private final boolean equivalent;

    Rules(JsonNode hook) {
        this.rules = hook.path("rules");
        this.equivalent = !hook.path("matchPolicy").asText().equals("Exact");
    }

    /** The version in which a webhook wants a write; null where it wants it in none. */
    @Nullable
    String match(Attributes write) {
        List<String> all = write.resource().versions();
        Stream<String> versions =
                equivalent ? Stream.concat(Stream.of(write.version()), all.stream()) : Stream.of(write.version());
        return versions.filter(version -> rules.valueStream().anyMatch(rule -> matches(rule, write, version)))
                .findFirst()
                .orElse(null);
    }

    private static boolean matches(JsonNode rule, Attributes write, String version) {
        return has(rule, "operations", write.operation()::equals)
                && has(rule, "apiGroups", write.resource().group()::equals)
                && has(rule, "apiVersions", version::equals)
                && isScope(rule.path("scope").asText("*"), write)
                && rule.path("resources").valueStream().anyMatch(each -> isResource(each.asText(), write));
    }

    private static boolean has(JsonNode rule, String field, Predicate<String> wanted) {
        return rule.path(field).valueStream().anyMatch(each -> each.asText().equals("*") || wanted.test(each.asText()));
    }

    private static boolean isScope(String scope, Attributes write) {
        boolean namespaced =
                !write.resource().isNamespaces() && !write.namespace().isEmpty();
        return switch (scope) {
            case "Namespaced" -> namespaced;
            case "Cluster" -> !namespaced;
            default -> true;
        };
    }

    /** {@code pods}, {@code pods/status}, {@code pods/*}, <code>*&#47;status</code>, or a star for all but subresources. */
    private static boolean isResource(String pattern, Attributes write) {
        String[] parts = pattern.split("/", 2);
        String subresource = parts.length == 2 ? parts[1] : "";
        return (parts[0].equals("*") || parts[0].equals(write.resource().plural()))
                && (subresource.equals("*") || subresource.equals(write.subresource()));
    }
}
