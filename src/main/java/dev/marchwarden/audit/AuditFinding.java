package dev.marchwarden.audit;

import dev.marchwarden.audit.ManifestCheck.Result;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.Position;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.Enforcement;
import dev.marchwarden.tenancy.RuleName;
import dev.marchwarden.text.Quoted;
import java.util.Comparator;
import java.util.Set;

/**
 * A rule that an object of the cluster breaks.
 *
 * @param enforcement what it would lead to as the tenancy is; {@link Enforcement#OFF} where only a stricter one looks at it
 * @param denied whether it would be denied once the default of every usergroup is {@code deny}
 * @param admitted whether an exception of the tenancy admits it for a time
 * @param usergroup of the object's namespace; empty for none
 * @param concerned the usergroups that it touches
 * @param namespace of the object; its own name where it is a Namespace; empty for none
 * @param uid of the object; empty where it is not known
 * @param message what is wrong, in one line that begins with the path
 * @param right the right that would permit it, such as {@code administer usergroup-1}; empty where none would
 * @param writer who wrote the object, as far as its managedFields tell; empty where they do not
 * @param file and the position in it; empty where the object comes from a cluster
 */
public record AuditFinding(
        RuleName rule,
        Enforcement enforcement,
        boolean denied,
        boolean admitted,
        String usergroup,
        Set<String> concerned,
        String apiVersion,
        String kind,
        String namespace,
        String name,
        String uid,
        String path,
        String message,
        String fix,
        String right,
        String writer,
        String file,
        Position position) {
    private static final int MAX_TEXT = 1_000;

    /** The strictest first, then by rule and object. */
    static final Comparator<AuditFinding> ORDER = Comparator.comparing(AuditFinding::enforcement)
            .reversed()
            .thenComparing(AuditFinding::rule)
            .thenComparing(AuditFinding::namespace)
            .thenComparing(AuditFinding::kind)
            .thenComparing(AuditFinding::name)
            .thenComparing(AuditFinding::path)
            .thenComparing(AuditFinding::message);

    public AuditFinding {
        concerned = Set.copyOf(concerned);
    }

    static AuditFinding of(Result result, RuleFinding finding, Enforcement configured, String namespace, String owner) {
        Manifest manifest = result.manifest();
        Violation violation = finding.violation();
        return new AuditFinding(
                violation.rule(),
                configured,
                finding.denies(),
                finding.exception() != null,
                owner,
                violation.concerned(),
                manifest.apiVersion(),
                manifest.kind(),
                namespace,
                manifest.name(),
                manifest.object().at("/metadata/uid").asText(""),
                Quoted.bare(violation.path(), MAX_TEXT),
                bounded(violation.message()),
                bounded(violation.fix()),
                violation.requirement() == null ? "" : violation.requirement().toString(),
                FieldWriters.of(manifest.object()),
                manifest.file(),
                manifest.position(violation.path()));
    }

    private static String bounded(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    /** Whether its author may have been allowed to do it: an object does not tell who that was. */
    public boolean needsRight() {
        return !right.isEmpty();
    }

    /** For people: kind, namespace and name. */
    public String object() {
        boolean scoped = !namespace.isEmpty() && !(apiVersion.equals("v1") && kind.equals("Namespace"));
        return kind + " " + (scoped ? namespace + "/" : "") + name;
    }
}
