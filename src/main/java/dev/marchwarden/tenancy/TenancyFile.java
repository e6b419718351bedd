package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.tenancy.Section.Located;
import dev.marchwarden.tenancy.Section.Problems;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tenancy file: YAML (or JSON) in, a {@link Tenancy} or every mistake out. Its JSON Schema is {@code tenancy.schema.json}. */
public final class TenancyFile {
    public static final String API_VERSION = "marchwarden.dev/v1alpha1";
    public static final String KIND = "Tenancy";

    private final Problems problems;

    private TenancyFile(Problems problems) {
        this.problems = problems;
    }

    public static Tenancy read(Path file) throws IOException, InvalidTenancyException {
        return parse(file.toString(), Files.readAllBytes(file));
    }

    /**
     * @param file how messages call the source
     * @param content UTF-8, at most 1 MiB
     */
    public static Tenancy parse(String file, byte[] content) throws InvalidTenancyException {
        Problems problems = new Problems(file);
        Optional<Tenancy> tenancy = Optional.empty();
        try {
            tenancy = new TenancyFile(problems).tenancy(SourceTree.read(content));
        } catch (SourceTree.SyntaxException e) {
            problems.add(e);
        }
        if (!problems.found().isEmpty() || tenancy.isEmpty()) {
            throw new InvalidTenancyException(problems.found().stream()
                    .sorted(Comparator.comparingInt(TenancyProblem::line))
                    .toList());
        }
        return tenancy.get();
    }

    /** Empty where something is wrong that leaves no tenancy to speak of; every mistake is in {@link #problems} by then. */
    private Optional<Tenancy> tenancy(SourceNode root) {
        try (Section document = Section.of(root, "", problems)) {
            document.required("apiVersion", exactly(API_VERSION));
            document.required("kind", exactly(KIND));
            String name;
            try (Section metadata = document.section("metadata")) {
                name = metadata.text("name", Syntax.DNS_NAME)
                        .map(Located::value)
                        .orElse("default");
            }
            document.reportMissing("spec", "a map with usergroups");
            try (Section spec = document.section("spec")) {
                return spec(name, spec);
            }
        }
    }

    private Optional<Tenancy> spec(String name, Section spec) {
        String usergroupLabel = spec.text("usergroupLabel", Syntax.USERGROUP_LABEL)
                .map(Located::value)
                .orElse(Tenancy.DEFAULT_USERGROUP_LABEL);
        String clusterDomain =
                spec.text("clusterDomain", Syntax.DNS_NAME).map(Located::value).orElse(Tenancy.DEFAULT_CLUSTER_DOMAIN);
        Set<String> protectedNamespaces = new LinkedHashSet<>();
        spec.texts("protectedNamespaces", Syntax.DNS_LABEL).forEach(text -> protectedNamespaces.add(text.value()));
        if (!spec.has("protectedNamespaces")) {
            protectedNamespaces.addAll(Tenancy.DEFAULT_PROTECTED_NAMESPACES);
        }
        List<AddressRange> clusterRanges = clusterRanges(spec);
        UsergroupSection usergroupSection = new UsergroupSection(problems, protectedNamespaces);
        List<Usergroup> usergroups = usergroupSection.read(spec.sectionsOrNone("usergroups"));
        spec.reportMissing("usergroups", "a list of usergroups, [] for none");
        List<SharedService> sharedServices =
                new SharedServicesSection(clusterDomain, usergroups, clusterRanges).read(spec);
        EnforcementTable enforcement = enforcement(spec);
        Subjects exemptions = exemptions(spec);
        List<ExceptionEntry> exceptions = new ExceptionsSection(usergroupSection.names()).read(spec);
        if (!problems.found().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Tenancy(
                name,
                usergroupLabel,
                clusterDomain,
                usergroups,
                protectedNamespaces,
                clusterRanges,
                sharedServices,
                enforcement,
                exemptions,
                exceptions));
    }

    private List<AddressRange> clusterRanges(Section spec) {
        Map<AddressRange, Located<String>> ranges = new LinkedHashMap<>();
        for (Located<String> text : spec.texts("clusterRanges", Syntax.CIDR)) {
            spec.range(text).ifPresent(range -> {
                Located<String> first = ranges.putIfAbsent(range, text);
                if (first != null) {
                    spec.wrong(text, "a range that is given once; line " + first.line() + " has it");
                }
            });
        }
        return List.copyOf(ranges.keySet());
    }

    private EnforcementTable enforcement(Section spec) {
        try (Section enforcement = spec.section("enforcement")) {
            Map<String, EnforcementSettings> byUsergroup = new HashMap<>();
            Section section = enforcement.section("usergroups");
            for (String usergroup : section.keys()) {
                // It may name a usergroup that does not exist yet, which is a warning; a name that no usergroup can
                // have is a mistake.
                if (!Syntax.DNS_LABEL.accepts().test(usergroup)) {
                    problems.add(
                            section.lineOf(usergroup),
                            section.pathOf(usergroup),
                            Quoted.of(usergroup),
                            Syntax.DNS_LABEL.description());
                }
                try (Section settings = section.section(usergroup)) {
                    byUsergroup.put(usergroup, settings(settings, null));
                }
            }
            return new EnforcementTable(settings(enforcement, Enforcement.DENY), byUsergroup);
        }
    }

    private EnforcementSettings settings(Section section, @Nullable Enforcement absent) {
        Map<RuleName, Enforcement> byRule = new HashMap<>();
        Section rules = section.section("rules");
        for (String spelling : rules.keys()) {
            Optional<RuleName> rule = RuleName.named(spelling);
            Optional<Enforcement> level = level(rules, spelling);
            if (rule.isEmpty()) {
                problems.add(rules.lineOf(spelling), rules.pathOf(spelling), "no such rule", RuleNames.meant(spelling));
            } else if (level.isPresent()) {
                byRule.put(rule.get(), level.get());
            }
        }
        return new EnforcementSettings(level(section, "default").orElse(absent), byRule);
    }

    private static Optional<Enforcement> level(Section section, String key) {
        return section.choice(key, Enforcement::named, Enforcement.spellings());
    }

    private static Subjects exemptions(Section spec) {
        try (Section exemptions = spec.section("exemptions")) {
            Set<String> users = exemptions.set("users", Syntax.SUBJECT);
            Set<String> groups = exemptions.set("groups", Syntax.SUBJECT);
            return new Subjects(
                    users == null ? Tenancy.DEFAULT_EXEMPTIONS.users() : users, groups == null ? Set.of() : groups);
        }
    }

    private static Syntax exactly(String text) {
        return new Syntax(text::equals, text);
    }
}
