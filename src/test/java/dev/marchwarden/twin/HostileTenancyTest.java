package dev.marchwarden.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of the tenancy are literals in the expressions, whatever they contain. */
class HostileTenancyTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static Tenancy tenancy(String owner) throws Exception {
        ObjectNode tenancy =
                JSON.objectNode().put("apiVersion", "marchwarden.dev/v1alpha1").put("kind", "Tenancy");
        ObjectNode usergroup =
                tenancy.putObject("spec").putArray("usergroups").addObject().put("name", "red");
        usergroup.putObject("owners").putArray("users").add(owner);
        tenancy.withObject("/spec").putObject("exemptions").putArray("users").add(owner + " exempted");
        return TenancyFile.parse("hostile", tenancy.toString().getBytes(UTF_8));
    }

    private static JsonNode joining(String user, String... groups) {
        ObjectNode request = JSON.objectNode().put("operation", "CREATE").put("name", "shop");
        request.putObject("resource").put("group", "").put("version", "v1").put("resource", "namespaces");
        request.putObject("kind").put("group", "").put("version", "v1").put("kind", "Namespace");
        ObjectNode author = request.putObject("userInfo").put("username", user);
        Stream.of(groups).forEach(author.putArray("groups")::add);
        request.putObject("object")
                .putObject("metadata")
                .put("name", "shop")
                .putObject("labels")
                .put("usergroup", "red")
                .put("istio.io/rev", "red");
        return request;
    }

    private static List<String> rules(Tenancy tenancy, String user, String... groups) {
        return CelPolicy.of(new CelTwin(tenancy).objects()).stream()
                .flatMap(policy -> policy.failures(joining(user, groups), Set.of()).stream())
                .map(CelPolicy.Failure::rule)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x', 'user:mallory",
                "x'] + ['user:mallory",
                "\\', 'user:mallory",
                "${variables.user}",
                "'} || true || {'",
                "\"${variables.groups}\"",
                "\u2028'\u0000",
                "\ud83d\ude00"
            })
    void namesOfUsersAreLiterals(String owner) throws Exception {
        Tenancy tenancy = tenancy(owner);
        assertThat(rules(tenancy, owner)).isEmpty();
        assertThat(rules(tenancy, owner + " exempted")).isEmpty();
        assertThat(rules(tenancy, "mallory", "team")).containsExactly("membership-not-permitted");
        assertThat(rules(tenancy, "")).containsExactly("membership-not-permitted");
    }

    /** Texts of ours may contain expressions; a value of the tenancy that stands in one has the syntax of a name. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "usergroupLabel: '${variables.user}', usergroups: [{name: red}]",
                "usergroups: [{name: '${variables.user}'}]"
            })
    void namesInTextsCannotContainExpressions(String spec) {
        byte[] file = "{apiVersion: marchwarden.dev/v1alpha1, kind: Tenancy, spec: {%s}}"
                .formatted(spec)
                .getBytes(UTF_8);
        assertThat(catchThrowable(() -> TenancyFile.parse("hostile", file))).hasMessageContaining("${variables.user}");
    }

    /** Only the exceptions of a policy's own kinds are in it: each refers to variables that it has. */
    @Test
    void exceptionsOfNamespacesAndOfObjectsAreKeptApart() throws Exception {
        Tenancy tenancy = TenancyFile.parse("exceptions", """
                {apiVersion: marchwarden.dev/v1alpha1, kind: Tenancy, spec: {usergroups: [{name: red}], exceptions: [
                {usergroup: red, rule: membership-not-permitted, kind: Namespace, name: shop, until: 2031-12-31, reason: a},
                {usergroup: red, rule: membership-not-permitted, kind: Sidecar, namespace: shop, name: shop, until: 2031-12-31, reason: b}]}}
                """.getBytes(UTF_8));
        assertThat(rules(tenancy, "mallory")).as("left to the webhook").isEmpty();
    }
}
