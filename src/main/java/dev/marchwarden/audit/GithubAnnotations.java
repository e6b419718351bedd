package dev.marchwarden.audit;

import dev.marchwarden.audit.CheckReport.Violation;
import java.util.ArrayList;
import java.util.List;

/**
 * Workflow commands of GitHub Actions, which its runner turns into annotations of the lines of a pull request.
 *
 * @see <a href="https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands">workflow commands</a>
 */
public final class GithubAnnotations {
    private GithubAnnotations() {}

    /** One a line. */
    public static List<String> of(CheckReport report) {
        List<String> lines = new ArrayList<>();
        for (Violation violation : report.violations()) {
            lines.add("::" + command(violation) + " file=" + property(violation.file()) + ",line=" + violation.line()
                    + ",col=" + violation.column() + ",title=" + property(violation.rule()) + "::"
                    + data(violation.kind() + " " + violation.name() + ": " + violation.explanation()));
        }
        for (CheckReport.Problem error : report.errors()) {
            String subject = error.subject().isEmpty() ? "" : error.subject() + ": ";
            lines.add("::error file=" + property(error.file()) + ",line=" + error.line() + ",title=not checked::"
                    + data(subject + error.message()));
        }
        return lines;
    }

    private static String command(Violation violation) {
        return switch (violation.enforcement()) {
            case "deny" -> "error";
            case "warn" -> "warning";
            default -> "notice";
        };
    }

    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }

    private static String property(String text) {
        return data(text).replace(":", "%3A").replace(",", "%2C");
    }
}
