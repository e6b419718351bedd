package dev.marchwarden.tenancy;

import dev.marchwarden.tenancy.Section.Located;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code spec.exceptions} of a tenancy file. */
final class ExceptionsSection {
    /** Every decision that denies looks through them, and more than that is a rule that does not fit. */
    static final int MOST = 200;

    private static final String NAMESPACE_KIND = "Namespace";

    /** What an entry lets pass. */
    private record Subject(
            String usergroup,
            RuleName rule,
            String kind,
            String namespace,
            String name,
            @Nullable String field) {}

    private final Collection<String> usergroups;
    private final Map<Subject, Integer> lines = new HashMap<>();

    /** @param usergroups the names of all usergroups in the file */
    ExceptionsSection(Collection<String> usergroups) {
        this.usergroups = usergroups;
    }

    List<ExceptionEntry> read(Section spec) {
        List<ExceptionEntry> entries = new ArrayList<>();
        List<Section> sections = spec.sections("exceptions");
        if (sections.size() > MOST) {
            spec.problems()
                    .add(
                            spec.lineOf("exceptions"),
                            spec.pathOf("exceptions"),
                            sections.size() + " entries",
                            "at most " + MOST + "; for more, set the enforcement of the rule");
        }
        for (Section section : sections) {
            try (section) {
                entry(section).ifPresent(entries::add);
            }
        }
        return entries;
    }

    private Optional<ExceptionEntry> entry(Section section) {
        Optional<Located<String>> usergroup = required(section, "usergroup", Syntax.DNS_LABEL);
        usergroup
                .filter(text -> !usergroups.contains(text.value()))
                .ifPresent(text -> section.wrong(text, UsergroupNames.meant(text.value(), usergroups)));
        Optional<RuleName> rule = rule(section);
        Optional<Located<String>> kind = required(section, "kind", Syntax.KIND);
        Optional<Located<String>> name = required(section, "name", Syntax.DNS_NAME);
        Optional<Located<String>> namespace = namespace(section, kind);
        Optional<Located<String>> field = section.text("field", Syntax.FIELD);
        Optional<Instant> until = required(section, "until", Syntax.END).map(text -> Syntax.end(text.value()));
        Optional<Located<String>> reason = required(section, "reason", Syntax.REMARK);
        Optional<Located<String>> ticket = section.text("ticket", Syntax.REMARK);
        if (usergroup.isEmpty()
                || rule.isEmpty()
                || kind.isEmpty()
                || name.isEmpty()
                || until.isEmpty()
                || reason.isEmpty()) {
            return Optional.empty();
        }
        ExceptionEntry entry = new ExceptionEntry(
                usergroup.get().value(),
                rule.get(),
                kind.get().value(),
                namespace.map(Located::value).orElse(""),
                name.get().value(),
                field.map(Located::value).orElse(null),
                until.get(),
                reason.get().value(),
                ticket.map(Located::value).orElse(null));
        reportRepeated(entry, name.get(), section);
        return Optional.of(entry);
    }

    private static Optional<Located<String>> required(Section section, String key, Syntax syntax) {
        section.reportMissing(key, syntax.description());
        return section.text(key, syntax);
    }

    private static Optional<RuleName> rule(Section section) {
        section.reportMissing("rule", RuleNames.EXPECTED);
        Optional<Located<String>> text = section.text("rule", Syntax.ANY_TEXT);
        Optional<RuleName> rule = text.flatMap(spelling -> RuleName.named(spelling.value()));
        if (rule.isEmpty()) {
            text.ifPresent(spelling -> section.wrong(spelling, RuleNames.meant(spelling.value())));
        }
        return rule;
    }

    /** A Namespace is in none; every other object that belongs to a usergroup is in one. */
    private static Optional<Located<String>> namespace(Section section, Optional<Located<String>> kind) {
        boolean ofNamespace = kind.isPresent() && kind.get().value().equals(NAMESPACE_KIND);
        if (!ofNamespace) {
            section.reportMissing("namespace", "the namespace of the object; only the kind Namespace has none");
            return section.text("namespace", Syntax.DNS_LABEL);
        }
        section.text("namespace", Syntax.DNS_LABEL)
                .ifPresent(text -> section.wrong(text, "no namespace for a Namespace; leave the key out"));
        return Optional.empty();
    }

    private void reportRepeated(ExceptionEntry entry, Located<String> name, Section section) {
        Subject subject = new Subject(
                entry.usergroup(), entry.rule(), entry.kind(), entry.namespace(), entry.name(), entry.field());
        Integer first = lines.putIfAbsent(subject, section.line());
        if (first != null) {
            section.wrong(
                    name, "each exception once; the one of line " + first + " is for the same object, rule and field");
        }
    }
}
