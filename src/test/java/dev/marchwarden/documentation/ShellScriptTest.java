package dev.marchwarden.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellScriptTest {
    private static List<List<String>> calls(String code) {
        return new ShellScript(code).calls(code);
    }

    @Test
    void pipesRedirectionsAndCommentsAreNoArguments() {
        assertThat(calls("helm template x | bin/marchwarden check --config 'a b' - > out 2>&1 || exit 1   # why"))
                .containsExactly(List.of("check", "--config", "a b", "-", "2"));
        assertThat(calls("source <(marchwarden completion bash)")).containsExactly(List.of("completion", "bash"));
        assertThat(calls("echo marchwarden check")).isEmpty();
        assertThat(calls("# marchwarden check")).isEmpty();
    }

    @Test
    void callsThroughFunctionsAndVariables() {
        assertThat(calls("""
                        mw() { bin/marchwarden "$@" --config t.yaml; }
                        versions="--istio-version a=1.30.3"
                        mw bootstrap plan $versions \\
                          --egress allow-any
                        for n in a b; do mw verify; done
                        """))
                .containsExactly(
                        List.of(
                                "bootstrap",
                                "plan",
                                "--istio-version",
                                "a=1.30.3",
                                "--egress",
                                "allow-any",
                                "--config",
                                "t.yaml"),
                        List.of("verify", "--config", "t.yaml"));
    }
}
