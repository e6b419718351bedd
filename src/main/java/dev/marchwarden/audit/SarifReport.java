package dev.marchwarden.audit;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.audit.CheckReport.Problem;
import dev.marchwarden.audit.CheckReport.Violation;
import dev.marchwarden.json.JsonTrees;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * SARIF 2.1.0, which code scanning services read.
 *
 * @see <a href="https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html">the standard</a>
 */
public final class SarifReport {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

    private final UnaryOperator<String> headline;

    private SarifReport(UnaryOperator<String> headline) {
        this.headline = headline;
    }

    /**
     * @param version of this program
     * @param headline of a rule by its name: what it finds wrong, in one sentence
     */
    public static String of(CheckReport report, String version, UnaryOperator<String> headline) {
        ObjectNode log = JsonNodeFactory.instance.objectNode();
        log.put("$schema", SCHEMA).put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", "marchwarden").put("version", version);
        new SarifReport(headline).write(report, driver.putArray("rules"), run);
        return JsonTrees.indented(log);
    }

    private void write(CheckReport report, ArrayNode rules, ObjectNode run) {
        ObjectNode invocation = run.putArray("invocations").addObject();
        invocation.put("executionSuccessful", report.errors().isEmpty());
        ArrayNode notifications = invocation.putArray("toolExecutionNotifications");
        for (Problem error : report.errors()) {
            ObjectNode notification = notifications.addObject().put("level", "error");
            String subject = error.subject().isEmpty() ? "" : error.subject() + ": ";
            notification.putObject("message").put("text", subject + error.message());
            if (!error.file().isEmpty()) {
                location(notification, error.file(), error.line());
            }
        }
        run.put("columnKind", "unicodeCodePoints");
        ArrayNode results = run.putArray("results");
        List<String> names = new ArrayList<>();
        for (Violation violation : report.violations()) {
            if (!names.contains(violation.rule())) {
                names.add(violation.rule());
                rules.addObject()
                        .put("id", violation.rule())
                        .putObject("shortDescription")
                        .put("text", headline.apply(violation.rule()));
            }
            result(violation, results.addObject(), names.indexOf(violation.rule()));
        }
    }

    private static void result(Violation violation, ObjectNode result, int rule) {
        result.put("ruleId", violation.rule()).put("ruleIndex", rule).put("level", level(violation));
        result.putObject("message")
                .put("text", violation.kind() + " " + violation.name() + ": " + violation.explanation());
        ObjectNode location = location(result, violation.file(), violation.line());
        if (location.at("/physicalLocation/region") instanceof ObjectNode region) {
            region.put("startColumn", violation.column());
        }
        String object = (violation.namespace().isEmpty() ? "" : violation.namespace() + "/") + violation.name();
        location.putArray("logicalLocations")
                .addObject()
                .put("fullyQualifiedName", violation.kind() + " " + object + " " + violation.path())
                .put("kind", "member");
    }

    /** Without a physical one for an object of a cluster. */
    private static ObjectNode location(ObjectNode of, String file, int line) {
        ObjectNode location = of.putArray("locations").addObject();
        if (file.isEmpty()) {
            return location;
        }
        ObjectNode physical = location.putObject("physicalLocation");
        physical.putObject("artifactLocation").put("uri", uri(file));
        physical.putObject("region").put("startLine", line);
        return location;
    }

    private static String level(Violation violation) {
        return switch (violation.enforcement()) {
            case "deny" -> "error";
            case "warn" -> "warning";
            default -> "note";
        };
    }

    /** Relative where the file was named so, which is what services expect that know the repository. */
    private static String uri(String file) {
        if (file.equals("-")) {
            return "stdin";
        }
        Path path = Path.of(file).normalize();
        try {
            return path.isAbsolute()
                    ? path.toUri().toASCIIString()
                    : new URI(null, null, "/" + path, null).toASCIIString().substring(1);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(file, e);
        }
    }
}
