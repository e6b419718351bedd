package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The page of an audit as a browser shows it. */
class AuditInBrowserTest extends PageInBrowser {
    private static final Path EXAMPLE = Path.of("test-fixtures/map");

    AuditInBrowserTest() {
        super(
                Path.of("docs/audit.png"),
                1130,
                "audit",
                "--config",
                EXAMPLE.resolve("tenancy.yaml"),
                EXAMPLE.resolve("cluster.yaml"),
                "-o",
                "html");
    }

    @Test
    void opensWithoutAWordOnTheConsoleOrARequestAndIsReachedByTheKeyboard() throws Exception {
        assertThat(focused(6))
                .containsExactly(
                        "Skip to the findings", "Usergroups", "By rule", "Who reaches whom", "Crossings", "words");
        page().type("warehouse");
        assertThat(texts("[...document.querySelectorAll('#crossings li strong')].filter(e => e.checkVisibility())"
                        + ".map(e => e.textContent)"))
                .containsExactly("PeerAuthentication warehouse/scanners");
        assertQuietOnConsoleAndNetwork();
    }
}
