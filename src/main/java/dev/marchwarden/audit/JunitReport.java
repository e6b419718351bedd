package dev.marchwarden.audit;

import dev.marchwarden.audit.CheckReport.CheckedObject;
import dev.marchwarden.audit.CheckReport.Problem;
import dev.marchwarden.audit.CheckReport.Violation;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * JUnit's XML, as Jenkins' schema has it (junit-10.xsd of its xUnit plugin): a test suite for each file, a test case for each object. What would be
 * denied is a failure, what only warns is the test case's output, and what could not be judged is an error.
 */
public final class JunitReport {
    private final XMLStreamWriter xml;

    private JunitReport(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /**
     * The cases of one file.
     */
    private record Suite(List<CheckedObject> objects, List<Problem> errors) {
        Suite() {
            this(new ArrayList<>(), new ArrayList<>());
        }

        long failures() {
            return objects.stream()
                    .filter(object -> object.violations().stream().anyMatch(Violation::denies))
                    .count();
        }
    }

    /** The report of {@code check}. */
    public static String of(CheckReport report) {
        return of(report, "marchwarden check");
    }

    /** @param name of the whole */
    public static String of(CheckReport report, String name) {
        Map<String, Suite> suites = new LinkedHashMap<>();
        report.objects()
                .forEach(object -> suites.computeIfAbsent(object.file(), file -> new Suite())
                        .objects()
                        .add(object));
        report.errors()
                .forEach(error -> suites.computeIfAbsent(suite(error), file -> new Suite())
                        .errors()
                        .add(error));
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            new JunitReport(xml).write(suites, name);
            xml.writeEndDocument();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a report of texts cannot be written", e);
        }
        return text.toString();
    }

    private void write(Map<String, Suite> suites, String name) throws XMLStreamException {
        start("testsuites", "name", name);
        for (Map.Entry<String, Suite> entry : suites.entrySet()) {
            Suite suite = entry.getValue();
            start(
                    "testsuite",
                    "name",
                    entry.getKey(),
                    "tests",
                    String.valueOf(suite.objects().size() + suite.errors().size()),
                    "failures",
                    String.valueOf(suite.failures()),
                    "errors",
                    String.valueOf(suite.errors().size()));
            for (CheckedObject object : suite.objects()) {
                testCase(object);
            }
            for (Problem error : suite.errors()) {
                testCase(error);
            }
            end();
        }
        end();
    }

    private void testCase(CheckedObject object) throws XMLStreamException {
        start("testcase", "classname", object.file(), "name", object.title());
        StringBuilder output = new StringBuilder();
        for (Violation violation : object.violations()) {
            if (violation.denies()) {
                start("failure", "type", violation.rule(), "message", violation.message());
                text((violation.file().isEmpty()
                                ? ""
                                : violation.file() + ":" + violation.line() + ":" + violation.column() + ": ")
                        + violation.explanation());
                end();
            } else {
                output.append(violation.enforcement())
                        .append(' ')
                        .append(violation.rule())
                        .append(": ")
                        .append(violation.explanation())
                        .append('\n');
            }
        }
        if (!output.isEmpty()) {
            start("system-out");
            text(output.toString());
            end();
        }
        end();
    }

    private static String suite(Problem error) {
        return error.file().isEmpty() ? "not read or judged" : error.file();
    }

    private void testCase(Problem error) throws XMLStreamException {
        String name = !error.subject().isEmpty() ? error.subject() : error.line() == 0 ? "all" : "line " + error.line();
        start("testcase", "classname", suite(error), "name", name);
        start("error", "type", "not checked", "message", error.message());
        text((error.file().isEmpty() ? "" : error.file() + ":" + error.line() + ": ") + error.message());
        end();
        end();
    }

    private void start(String element, String... attributes) throws XMLStreamException {
        xml.writeStartElement(element);
        for (int i = 0; i < attributes.length; i += 2) {
            xml.writeAttribute(attributes[i], printable(attributes[i + 1]));
        }
    }

    private void text(String text) throws XMLStreamException {
        xml.writeCharacters(printable(text));
    }

    private void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    /** XML has no way to write control characters. */
    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7E\\n\\u00A0-\\uD7FF]", "?");
    }
}
