package dev.marchwarden.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuotedTest {
    @Test
    void leavesPlainTextAlone() {
        assertThat(Quoted.of("usergroup-1 ~!")).isEqualTo("\"usergroup-1 ~!\"");
        assertThat(Quoted.of("")).isEqualTo("\"\"");
        assertThat(Quoted.bare("istio.io/rev")).isEqualTo("istio.io/rev");
    }

    @Test
    void showsNoControlCharacter() {
        StringBuilder controls = new StringBuilder();
        for (char c = 0; c < ' '; c++) {
            controls.append(c);
        }
        assertThat(Quoted.bare(controls.toString())).isEqualTo("?".repeat(32));
        assertThat(Quoted.of("a\r\nWarning: b\u007f\u0085\u2028")).isEqualTo("\"a??Warning: b???\"");
    }

    @Test
    void showsAsciiOnly() {
        assertThat(Quoted.of("caf\u00e9 \u202etxt \ud83d\ude00")).isEqualTo("\"caf? ?txt ??\"");
    }

    @Test
    void endsNoQuoteEarly() {
        assertThat(Quoted.of("a\", expected \"b\\")).isEqualTo("\"a\\\", expected \\\"b\\\\\"");
    }

    @Test
    void isBounded() {
        assertThat(Quoted.bare("a".repeat(80))).isEqualTo("a".repeat(80));
        assertThat(Quoted.bare("a".repeat(81))).isEqualTo("a".repeat(80) + "...");
        assertThat(Quoted.of("\"".repeat(1_000_000))).hasSize(2 + 160 + 3);
    }

    @Test
    void sentencesMayBeLonger() {
        String sentence = "denied the request: " + "because ".repeat(20);
        assertThat(Quoted.bare(sentence)).endsWith("...").hasSize(83);
        assertThat(Quoted.bare(sentence, 1000)).isEqualTo(sentence);
        assertThat(Quoted.bare(sentence, 10)).isEqualTo("denied the...");
    }
}
