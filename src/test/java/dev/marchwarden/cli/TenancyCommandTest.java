package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mistakes themselves are in test-fixtures/tenancy. */
class TenancyCommandTest {
    @TempDir
    private Path directory;

    private Path tenancy(String more) throws IOException {
        return Files.writeString(directory.resolve("tenancy.yaml"), """
                apiVersion: marchwarden.dev/v1alpha1
                kind: Tenancy
                spec:
                  usergroups: [{name: blue}, {name: green}]
                """ + more.indent(2));
    }

    @Test
    void aValidFile() throws Exception {
        Path file = tenancy("");
        assertThat(Invocation.of("tenancy", "check", file))
                .isEqualTo(new Invocation(ExitCode.OK, file + " is valid: 2 usergroups\n", ""));
        assertThat(Invocation.of("check", "--config", file)).isEqualTo(Invocation.of("tenancy", "check", file));
    }

    @Test
    void everyMistakeWithItsLine() throws Exception {
        Path file = tenancy("""
                clusterRanges: [10.0.0.1/8]
                enforcement: {usergroups: {blue: {default: wran}}}
                """);
        Invocation check = Invocation.of("tenancy", "check", file);
        assertThat(check.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(check.out()).isEmpty();
        assertThat(check.err())
                .startsWith("marchwarden: " + file + " is no valid tenancy, 2 mistakes:\n")
                .contains(file + ":5: spec.clusterRanges[0]: ")
                .contains(file + ":6: spec.enforcement.usergroups.blue.default: ");
    }

    @Test
    void anExceptionInTheSystemNamespaceOfAnotherUsergroupIsAWarning() throws Exception {
        Path file = tenancy("""
                exceptions:
                - {usergroup: blue, rule: open-gateway, kind: Gateway, namespace: blue, name: b, until: 2999-12-31, reason: x}
                - {usergroup: blue, rule: open-gateway, kind: Gateway, namespace: green, name: b, until: 2999-12-31, reason: x}
                """);
        Invocation check = Invocation.of("tenancy", "check", file);
        assertThat(check.exitCode()).as(check.err()).isEqualTo(ExitCode.OK);
        assertThat(check.out()).isEqualTo(file + " is valid: 2 usergroups\n" + """
                warning: spec.exceptions[1] has no effect: namespace green belongs to usergroup green \
                (fix: `usergroup: green`, or a namespace of usergroup blue)
                """);
    }

    @Test
    void whatHasNoEffectIsAWarning() throws Exception {
        Path file = tenancy("""
                enforcement: {usergroups: {blu: {default: warn}, green: {default: warn}}}
                exceptions:
                - {usergroup: blue, rule: open-gateway, kind: Gateway, namespace: a, name: b, until: 2999-12-31, reason: x}
                - {usergroup: blue, rule: open-gateway, kind: Gateway, namespace: a, name: c, until: 2020-12-31, reason: x}
                """);
        Invocation check = Invocation.of("tenancy", "check", file);
        assertThat(check.exitCode()).as(check.err()).isEqualTo(ExitCode.OK);
        assertThat(check.out()).isEqualTo(file + " is valid: 2 usergroups\n" + """
                warning: spec.enforcement.usergroups.blu has no effect: there is no such usergroup \
                (expected: the name of a usergroup; did you mean "blue"?)
                warning: spec.exceptions[1] has no effect: it ended at 2021-01-01T00:00:00Z \
                (fix: remove it, or set a later `until`)
                """);
    }
}
