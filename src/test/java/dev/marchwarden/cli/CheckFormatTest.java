package dev.marchwarden.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.marchwarden.tools.JunitSchema;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import javax.xml.validation.Validator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The reports for other programs, over a directory with one violation and one file that cannot be read. */
class CheckFormatTest {
    private static final Path CASE = Path.of("test-fixtures/check/directory-with-other-files");
    private static final String VIOLATING = CASE.resolve("manifests/vs.yaml").toString();
    private static final String UNREADABLE =
            CASE.resolve("manifests/templates/x.yaml").toString();

    /** A workflow command of GitHub Actions: in properties, {@code ,} and {@code :} are escaped. */
    private static final Pattern ANNOTATION =
            Pattern.compile("::(error|warning|notice) ([a-z]+=[^,:\\r\\n]*)(,[a-zA-Z]+=[^,:\\r\\n]*)*::[^\\r\\n]+");

    @Test
    void sarifNamesTheRuleAndTheFieldOfAViolation() throws Exception {
        JsonNode run = sarif();
        JsonNode result = run.path("results").path(0);
        assertThat(run.path("results")).hasSize(1);
        assertThat(result.path("level").asText()).isEqualTo("error");
        assertThat(run.path("tool")
                        .path("driver")
                        .path("rules")
                        .path(result.path("ruleIndex").asInt(-1))
                        .path("id")
                        .asText())
                .isEqualTo("host-claim")
                .isEqualTo(result.path("ruleId").asText());
        JsonNode location = result.path("locations").path(0).path("physicalLocation");
        assertThat(location.path("artifactLocation").path("uri").asText()).isEqualTo(VIOLATING);
        assertThat(location.path("region").path("startLine").asInt()).isEqualTo(5);
        assertThat(location.path("region").path("startColumn").asInt()).isEqualTo(11);
    }

    @Test
    void sarifSaysThatTheRunWasNotComplete() throws Exception {
        JsonNode invocation = sarif().path("invocations").path(0);
        assertThat(invocation.path("executionSuccessful").asBoolean(true)).isFalse();
        JsonNode notification = invocation.path("toolExecutionNotifications").path(0);
        assertThat(notification.path("level").asText()).isEqualTo("error");
        assertThat(notification
                        .path("locations")
                        .path(0)
                        .path("physicalLocation")
                        .path("artifactLocation")
                        .path("uri")
                        .asText())
                .isEqualTo(UNREADABLE);
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void sarifIsAsItsSchemaHasIt(Path input) throws Exception {
        try (InputStream text = CheckFormatTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            JsonSchema schema =
                    JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(text);
            ObjectNode report = (ObjectNode)
                    new ObjectMapper().readTree(check("sarif", input).out());
            assertThat(schema.validate(report)).isEmpty();
            ((ObjectNode) report.at("/runs/0/tool/driver")).remove("name");
            assertThat(schema.validate(report)).as("the schema sees mistakes").isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void junitIsAsJenkinsSchemaHasIt(Path input) throws Exception {
        Validator validator = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(JunitSchema.path().toFile())
                .newValidator();
        String report = check("junit", input).out();
        validator.validate(new StreamSource(new StringReader(report)));
        assertThatThrownBy(() -> validator.validate(
                        new StreamSource(new StringReader(report.replace("<testcase ", "<testcase seconds=\"1\" ")))))
                .as("the schema sees mistakes")
                .hasMessageContaining("seconds");
    }

    /** A violation and an error, warnings, and many of everything. */
    static List<Path> inputs() {
        return List.of(
                CASE.resolve("manifests"),
                Path.of("test-fixtures/policy/border/clean"),
                Path.of("test-fixtures/policy/border/cross"));
    }

    @Test
    void junitCountsWhatItLists() throws Exception {
        DocumentBuilderFactory parsers = DocumentBuilderFactory.newInstance();
        parsers.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        Document report = parsers.newDocumentBuilder()
                .parse(new InputSource(new StringReader(check("junit").out())));
        assertThat(report.getDocumentElement().getTagName()).isEqualTo("testsuites");
        NodeList suites = report.getElementsByTagName("testsuite");
        assertThat(suites.getLength()).isEqualTo(2);
        for (int i = 0; i < suites.getLength(); i++) {
            Element suite = (Element) suites.item(i);
            assertThat(suite.getAttribute("tests")).isEqualTo(count(suite, "testcase"));
            assertThat(suite.getAttribute("failures")).isEqualTo(count(suite, "failure"));
            assertThat(suite.getAttribute("errors")).isEqualTo(count(suite, "error"));
        }
        Element failure = (Element) report.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("type")).isEqualTo("host-claim");
        assertThat(failure.getTextContent()).startsWith(VIOLATING + ":5:11: spec.hosts[0] ");
    }

    @Test
    void githubAnnotatesTheLineOfTheField() {
        Invocation check = check("github");
        List<String> annotations =
                check.lines().stream().filter(line -> line.startsWith("::")).toList();
        assertThat(annotations).hasSize(2).allMatch(ANNOTATION.asMatchPredicate());
        assertThat(annotations.get(0)).startsWith("::error file=" + VIOLATING + ",line=5,col=11,title=host-claim::");
        assertThat(annotations.get(1)).startsWith("::error file=" + UNREADABLE + ",line=2,title=");
        assertThat(check.exitCode()).isEqualTo(2);
    }

    private static JsonNode sarif() throws Exception {
        JsonNode log = new ObjectMapper().readTree(check("sarif").out());
        assertThat(log.path("version").asText()).isEqualTo("2.1.0");
        return log.path("runs").path(0);
    }

    private static Invocation check(String format) {
        return check(format, CASE.resolve("manifests"));
    }

    private static Invocation check(String format, Path input) {
        return Invocation.of(
                "check",
                "-o",
                format,
                "--config",
                CASE.resolve("tenancy.yaml"),
                "--namespaces",
                CASE.resolve("namespaces.yaml"),
                "--usergroup",
                "blue",
                input);
    }

    private static String count(Element suite, String name) {
        return Integer.toString(suite.getElementsByTagName(name).getLength());
    }
}
