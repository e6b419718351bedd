package dev.marchwarden.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an API server writes is skipped here and not left to Jackson; {@link SkippingParserTest} says that the two agree. */
class SkippedJsonTest {
    private static final int MAX_NAME = 40;
    private static final int MAX_NUMBER = 20;
    private static final int LEVELS = 200;

    private static int end(String text, int levels) {
        byte[] bytes = text.getBytes(UTF_8);
        return new SkippedJson(bytes, bytes.length, MAX_NAME, MAX_NUMBER).nested(1, text.startsWith("{"), levels);
    }

    private static void assertSkipped(String value) {
        int length = value.getBytes(UTF_8).length;
        for (String behind : List.of("", "]", ",\"a\":1}", " \n", "9", "\"")) {
            assertThat(end(value + behind, LEVELS)).as(value + behind).isEqualTo(length);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[[],{},[{}],[[]]]",
                "{\"a\":{},\"b\":[],\"a\":{\"a\":{}}}",
                "[0,-0,1,10,-19,0.5,1.25,1e5,1E5,1e+5,1e-5,-0.0E-01,1234567890]",
                "[true,false,null]",
                "{\"a\":true,\"b\":false,\"c\":null,\"d\":\"\",\"e\":1}",
                "[ 1 ,\t\"a\" , { \"a\" : 1 , \"b\"\t:\t[ ] } , [ ] , { } ]",
                "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e4\\uABCD\\uffff\\ud7ff\\ue000\"]",
                "[\"\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\ud800\udc00\udbff\udfff\"]",
                "{\"k:{\\\"port\\\":8080}\":{\"f:name\":{}}}",
                "[12345678901234567890]",
                "[-1234567.8901e+1234]",
                "{\"a-name-of-just-as-many-bytes-as-it-may\":1}",
            })
    void whatIsWellFormedIsSkipped(String value) {
        assertSkipped(value);
    }

    /** Eight bytes are looked at at once. */
    @Test
    void aStringEndsAndHasItsEscapesAnywhere() {
        for (int before = 0; before <= 20; before++) {
            for (int after = 0; after <= 20; after++) {
                for (String odd : List.of("", "\\n", "\\u00e4", "ä", "€", "😀")) {
                    assertSkipped("[\"" + "a".repeat(before) + odd + "z".repeat(after) + "\"]");
                }
            }
        }
    }

    @Test
    void asManyLevelsAreOpenedAsThereMayBe() {
        for (int depth : new int[] {2, 3, 63, 64, 65, 66, 127, 128, 129, LEVELS}) {
            for (String value : List.of(
                    "[".repeat(depth) + "]".repeat(depth),
                    "{\"a\":".repeat(depth - 1) + "{}" + "}".repeat(depth - 1),
                    "[1," + "{\"a\":[".repeat((depth - 1) / 2) + "\"b\"" + "]}".repeat((depth - 1) / 2) + ",2]")) {
                assertSkipped(value);
            }
            String lists = "[".repeat(depth) + "]".repeat(depth);
            assertThat(end(lists, depth)).isEqualTo(2 * depth);
            assertThat(end(lists, depth - 1)).isEqualTo(SkippedJson.UNKNOWN);
        }
    }
}
