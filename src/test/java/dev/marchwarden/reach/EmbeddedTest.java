package dev.marchwarden.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.reach.Embedded.Fields;
import dev.marchwarden.reach.Embedded.Items;
import dev.marchwarden.reach.Embedded.Text;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedTest {
    private static final Fields READ = new Fields(Map.of(
            "a", new Text("1"), "b", new Items(List.of(new Text("true"), new Fields(Map.of("c", new Text("x")))))));

    @Test
    void readsObjectsAndSkipsNull() {
        assertThat(Embedded.json("{\"a\":1,\"b\":[true,{\"c\":\"x\"}],\"d\":null}"))
                .isEqualTo(READ);
        assertThat(Embedded.yaml("{\"a\":1,\"b\":[true,{\"c\":\"x\"}],\"d\":null}"))
                .isEqualTo(READ);
        assertThat(Embedded.yaml("a: 1\nb:\n- true\n- c: x\nd: ~\n")).isEqualTo(READ);
        assertThat(READ.text("a")).isEqualTo("1");
        assertThat(READ.text("b")).isNull();
        assertThat(READ.text("d")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "~", "# nothing but a comment", "{}"})
    void nothingIsAnObjectInYaml(String text) {
        assertThat(Embedded.yaml(text)).isEqualTo(new Fields(Map.of()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "1",
                "{",
                "{\"a\":1}}",
                "{\"a\":1} {\"b\":1}",
                "{\"a\":1,\"a\":2}",
                "a: 1",
                "{a: 1}"
            })
    void isNoJson(String text) {
        assertThat(Embedded.json(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "- a",
                "a: 1\na: 2",
                "a: &x {b: 1}\nc: *x",
                "a: &x {b: 1}\nc: {<<: *x}",
                "<<: {a: 1}",
                "a: !!int \"1\"",
                "!mine {a: 1}",
                "a: 1\n---\nb: 2",
                "a: 1\n---\n",
                "? [a]\n: b",
                "a: {b",
                "a:\tb: c",
                "a: \"\\x",
            })
    void isNoPlainYaml(String text) {
        assertThat(Embedded.yaml(text)).isNull();
    }

    @Test
    void depthIsBounded() {
        assertThat(Embedded.json(nested(Embedded.MAX_DEPTH - 1))).isNotNull();
        assertThat(Embedded.json(nested(Embedded.MAX_DEPTH))).isNull();
        assertThat(Embedded.yaml(nested(Embedded.MAX_DEPTH))).isNull();
        assertThat(Embedded.json(nested(8_000))).isNull();
        assertThat(Embedded.yaml(nested(8_000))).isNull();
    }

    private static String nested(int depth) {
        return "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    }
}
