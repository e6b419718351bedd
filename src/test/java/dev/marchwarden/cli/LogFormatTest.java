package dev.marchwarden.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.certificates.CertificateAuthority;
import dev.marchwarden.json.JsonTrees;
import dev.marchwarden.server.RecordedReview;
import dev.marchwarden.server.ReviewClient;
import dev.marchwarden.server.Trust;
import dev.marchwarden.service.RunningService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** {@code kubectl logs} shows both streams as one: with {@code --log-format json} all of it is JSON, and each line tells what it is. */
class LogFormatTest {
    @TempDir
    private Path directory;

    private static JsonNode json(byte[] line) throws Exception {
        return JsonTrees.MAPPER.readTree(line);
    }

    @Test
    void everyLineIsJsonAndTellsDecisionsFromMessages() throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(InstantSource.system(), RunningService.DAY);
        Path tls = RunningService.write(authority.issue(RunningService.HOSTS, RunningService.DAY), directory);
        List<JsonNode> lines = new ArrayList<>();
        try (ServeProcess process = new ServeProcess(
                directory, "json", tls, "--log-format", "json", "--drain-seconds", "0", "--finish-seconds", "1")) {
            try (ReviewClient client = new ReviewClient(Trust.in(authority.certificate()), process.port())) {
                client.validate(RecordedReview.all().getFirst().body());
            }
            process.terminate();
            process.exitCode(15);
            List<String> all = new ArrayList<>(process.decisions());
            all.addAll(process.err().lines().toList());
            for (String line : all) {
                lines.add(json(line.getBytes(UTF_8)));
            }
        }
        assertThat(lines).filteredOn(line -> line.has("decision")).hasSize(1).noneMatch(line -> line.has("level"));
        assertThat(lines)
                .filteredOn(line -> !line.has("decision"))
                .hasSizeGreaterThan(3)
                .allMatch(line -> line.has("level") && line.has("message") && line.has("time"))
                .anyMatch(line -> line.path("message").asText().startsWith("stopping"));
    }

    @Test
    void whatKeepsItFromStartingIsJsonToo() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Marchwarden.class.getName(),
                        "serve",
                        "--config",
                        directory.resolve("missing.yaml").toString(),
                        "--tls-dir",
                        directory.toString(),
                        "--log-format=json")
                .redirectErrorStream(true)
                .start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isEqualTo(ExitCode.ERROR);
        assertThat(new String(output, UTF_8).lines()).hasSize(1);
        assertThat(json(output).path("level").asText()).isEqualTo("ERROR");
        assertThat(json(output).path("message").asText()).contains("missing.yaml cannot be read");
    }

    @Test
    void aMessageIsOneLineWhateverItHolds() throws Exception {
        LoggingEvent event = new LoggingEvent(
                LogFormatTest.class.getName(),
                (Logger) LoggerFactory.getLogger("dev.marchwarden.Some"),
                Level.WARN,
                "first {}",
                new IllegalStateException("cause"),
                new Object[] {"line\nsecond \u007f\u001b[31m \u2028 {\"decision\":\"allowed\"}"});
        byte[] line = new JsonLogEncoder().encode(event);
        String text = new String(line, UTF_8);
        assertThat(text.indexOf('\n')).isEqualTo(text.length() - 1);
        assertThat(text.strip()).matches("[ -~]+");
        assertThat(json(line).path("logger").asText()).isEqualTo("Some");
        assertThat(json(line).path("message").asText()).startsWith("first line\nsecond ");
        assertThat(json(line).path("exception").asText()).contains("IllegalStateException: cause", "\tat ");
        assertThat(json(line).has("decision")).isFalse();
    }
}
