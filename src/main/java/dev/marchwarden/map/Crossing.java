package dev.marchwarden.map;

import dev.marchwarden.audit.AuditFinding;
import dev.marchwarden.audit.ManifestCheck.Result;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.Position;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.policy.Violation;
import dev.marchwarden.tenancy.Enforcement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A rule that an object breaks.
 *
 * @param namespace of the object; the namespace itself where the object is one; empty for none
 * @param from the usergroup of that namespace, empty for none
 * @param to the other usergroups that it touches; empty where it names none
 * @param message begins with the path of the field
 * @param right the right that would permit it; empty where none would
 * @param place file, line and column, and what else is known of where it comes from
 */
record Crossing(
        Enforcement enforcement,
        String rule,
        String object,
        String namespace,
        String from,
        Set<String> to,
        String path,
        String message,
        String fix,
        String right,
        String place) {
    /** The strictest first, then by rule and object. */
    static final Comparator<Crossing> ORDER = Comparator.comparing(Crossing::enforcement)
            .reversed()
            .thenComparing(Crossing::rule)
            .thenComparing(Crossing::object)
            .thenComparing(Crossing::path);

    Crossing {
        to = Collections.unmodifiableSet(new TreeSet<>(to));
    }

    static Crossing of(Result result, RuleFinding finding, String namespace, String from) {
        Manifest manifest = result.manifest();
        Violation violation = finding.violation();
        Set<String> to = new TreeSet<>(violation.concerned());
        to.remove(from);
        String scope = result.namespace().isEmpty() ? "" : result.namespace() + "/";
        return new Crossing(
                finding.enforcement(),
                violation.rule().spelling(),
                manifest.kind() + " " + scope + manifest.name(),
                namespace,
                from,
                to,
                violation.path(),
                violation.message(),
                violation.fix(),
                violation.requirement() == null ? "" : violation.requirement().toString(),
                place(manifest, violation.path()));
    }

    static Crossing of(AuditFinding finding) {
        Set<String> to = new TreeSet<>(finding.concerned());
        to.remove(finding.usergroup());
        List<String> place = new ArrayList<>();
        if (!finding.file().isEmpty()) {
            place.add(finding.file() + ":" + finding.position().line() + ":"
                    + finding.position().column());
        }
        if (!finding.writer().isEmpty()) {
            place.add("Written by: " + finding.writer());
        }
        if (finding.denied() && finding.enforcement() != Enforcement.DENY) {
            place.add("Denied once the default is deny" + (finding.admitted() ? ", but for an exception" : ""));
        }
        return new Crossing(
                finding.enforcement(),
                finding.rule().spelling(),
                finding.object(),
                finding.namespace(),
                finding.usergroup(),
                to,
                finding.path(),
                finding.message(),
                finding.fix(),
                finding.right(),
                String.join(". ", place));
    }

    /** File, line and column; only the file where that is all that is known. */
    static String place(Manifest manifest, String path) {
        Position position = manifest.position(path);
        boolean known = position.line() > 1 || position.column() > 1;
        return manifest.file() + (known ? ":" + position.line() + ":" + position.column() : "");
    }

    /** Whether somebody may have been allowed to do it. */
    boolean isPermittedToSome() {
        return !right.isEmpty();
    }
}
