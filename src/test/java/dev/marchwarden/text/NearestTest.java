package dev.marchwarden.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> KNOWN = List.of("usergroup-1", "usergroup-2", "billing", "meshAdmins");

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            usergroup-1,     usergroup-1
            Usergroup-1,     usergroup-1
            ' usergroup-2 ', usergroup-2
            usergruop-2,     usergroup-2
            usergroup2,      usergroup-2
            usergroup-3,     -
            biling,          billing
            bllng,           billing
            blln,            -
            mesh-admins,     meshAdmins
            '',              -
            ' ',             -
            marketing,       -
            """)
    void differsByAtMostTwoLetters(String word, String meant) {
        assertThat(Nearest.to(word, KNOWN).orElse(null)).isEqualTo(meant);
    }

    @Test
    void givesUpOnWordsThatCouldBeNoName() {
        assertThat(Nearest.to("a".repeat(64), List.of("a".repeat(63)))).isEmpty();
        assertThat(Nearest.to("a".repeat(63), List.of("a".repeat(62)))).contains("a".repeat(62));
        assertThat(Nearest.to("word", List.of())).isEmpty();
    }
}
