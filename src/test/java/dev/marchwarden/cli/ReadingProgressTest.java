package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.kubernetes.Kind;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadingProgressTest {
    /** Not with each object: a terminal is slower than the reading. */
    @Test
    void isWrittenNowAndThenAndClearedAtTheEnd() {
        StringWriter err = new StringWriter();
        try (ReadingProgress line = new ReadingProgress(new PrintWriter(err))) {
            for (int i = 1; i <= 1_000; i++) {
                line.read(Kind.POD, i);
            }
        }
        assertThat(err.toString())
                .startsWith("\r\u001b[Kreads pods: 1; 1 objects in all")
                .endsWith("\r\u001b[K");
        assertThat(err.toString().split("\r", -1)).hasSizeLessThan(20);
    }

    @Test
    void isNotForATerminalThatCannotRewriteALine() {
        assertThat(Terminal.showsProgress(Map.of("TERM", "dumb"))).isFalse();
    }
}
