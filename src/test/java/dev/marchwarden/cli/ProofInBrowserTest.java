package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of a proof as a browser shows it. */
class ProofInBrowserTest extends PageInBrowser {
    private static final Path EXAMPLE = Path.of("test-fixtures/reachability");

    ProofInBrowserTest() {
        super(
                Path.of("docs/proof.png"),
                900,
                "verify",
                "--config",
                EXAMPLE.resolve("tenancy.yaml"),
                "--prove",
                EXAMPLE.resolve("base.yaml"),
                EXAMPLE.resolve("planted.yaml"),
                "-o",
                "html");
    }

    @Test
    void opensWithoutAWordOnTheConsoleOrARequestAndIsReachedByTheKeyboard() throws Exception {
        assertThat(focused(4)).containsExactly("Skip to the paths", "Paths", "Rests on", "words");
        page().type("hostNetwork");
        assertThat(texts("[...document.querySelectorAll('#ways > ol > li > strong')].filter(e => e.checkVisibility())"
                        + ".map(e => e.textContent)"))
                .containsExactly("any workload reaches namespace host-network");
        assertQuietOnConsoleAndNetwork();
    }
}
