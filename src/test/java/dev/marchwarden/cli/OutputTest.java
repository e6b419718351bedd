package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marchwarden.bootstrap.IstioVersion;
import dev.marchwarden.rulebook.RuleBook;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every command's output keeps to: 100 columns, and no escape codes where there is no terminal. */
class OutputTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "demo --help",
                "serve --help",
                "selftest --help",
                "review --help",
                "check --help",
                "audit --help",
                "log --help",
                "bootstrap --help",
                "bootstrap plan --help",
                "bootstrap render --help",
                "bootstrap apply --help",
                "bootstrap assign --help",
                "bootstrap status --help",
                "bootstrap remove --help",
                "render-twin --help",
                "tenancy --help",
                "tenancy check --help",
                "certs --help",
                "certs issue --help",
                "explain --help",
                "completion --help",
                "version --help",
                "help",
                "help check",
                "help bootstrap plan",
                "version",
                "explain"
            })
    void fitsAndIsPlain(String commandLine) {
        Invocation invocation = Invocation.of((Object[]) commandLine.split(" ", -1));
        assertThat(invocation.exitCode()).isZero();
        assertThat(invocation.err()).isEmpty();
        assertFitsAndIsPlain(invocation);
    }

    @Test
    void everyRuleIsExplained() {
        assertThat(RuleBook.pages()).isNotEmpty().allSatisfy(page -> {
            Invocation invocation = Invocation.of("explain", page.rule().spelling());
            assertThat(invocation.exitCode()).isZero();
            assertThat(invocation.lines()).contains("Why", "Fix", page.consequence(), "Passes");
            assertFitsAndIsPlain(invocation);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --help",
                "selftest --help",
                "check --help",
                "audit --help",
                "log --help",
                "bootstrap plan --help",
                "bootstrap render --help",
                "bootstrap apply --help",
                "bootstrap assign --help",
                "bootstrap status --help",
                "bootstrap remove --help",
                "certs issue --help",
                "tenancy check --help",
                "explain --help",
                "review --help"
            })
    void helpHasAnExample(String commandLine) {
        assertThat(Invocation.of((Object[]) commandLine.split(" ", -1)).out()).contains("Example", "  marchwarden ");
    }

    @Test
    void helpHasTheVersionThatIsTaken() {
        assertThat(Invocation.of("bootstrap", "plan", "--help").out()).contains("default: " + IstioVersion.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource({"Broken pipe, 141, ''", "No space left on device, 2, marchwarden: the output could not be written"})
    void anOutputThatNobodyReadsIsNotReported(String problem, int exitCode, String message) {
        StandardOutput out = new StandardOutput(new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                throw new IOException(problem);
            }
        });
        StringWriter err = new StringWriter();
        assertThat(Marchwarden.run(out, new PrintWriter(err, true), "explain")).isEqualTo(exitCode);
        if (message.isEmpty()) {
            assertThat(err.toString()).isEmpty();
        } else {
            assertThat(err.toString()).startsWith(message);
        }
    }

    private static void assertFitsAndIsPlain(Invocation invocation) {
        assertThat(invocation.out()).isNotEmpty().doesNotContain("\u001b");
        assertThat(invocation.lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(Marchwarden.WIDTH));
    }
}
