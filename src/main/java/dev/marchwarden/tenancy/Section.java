package dev.marchwarden.tenancy;

import dev.marchwarden.address.AddressRange;
import dev.marchwarden.text.Nearest;
import dev.marchwarden.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map of the tenancy file being read: hands out typed values, and collects what is wrong instead of stopping at it. Asking for a key
 * makes it a known one; {@link #close} reports the others.
 */
final class Section implements AutoCloseable {
    /** Stands for a map that is not there; whoever had to write one has been told so, and lacks nothing in it. */
    private static final SourceNode.Mapping NOTHING = new SourceNode.Mapping(0, Map.of(), Map.of());

    private static final String AT_LEAST_ONE = "at least one, or leave the key out";

    private final String path;
    private final SourceNode.Mapping source;
    private final Problems problems;
    private final Set<String> known = new TreeSet<>();

    private Section(String path, SourceNode.Mapping source, Problems problems) {
        this.path = path;
        this.source = source;
        this.problems = problems;
    }

    /** The mistakes found so far in one file. */
    static final class Problems {
        private final String file;
        private final List<TenancyProblem> found = new ArrayList<>();

        Problems(String file) {
            this.file = file;
        }

        void add(int line, String path, String value, String expected) {
            found.add(new TenancyProblem(file, line, path, value, expected));
        }

        void add(SourceTree.SyntaxException e) {
            found.add(e.problem(file));
        }

        List<TenancyProblem> found() {
            return found;
        }
    }

    /** A value and where it stands. */
    record Located<T>(T value, int line, String path) {}

    static Section of(SourceNode node, String path, Problems problems) {
        if (node instanceof SourceNode.Mapping mapping) {
            Section section = new Section(path, mapping, problems);
            mapping.repeated()
                    .forEach((key, entry) ->
                            problems.add(entry.line(), section.pathOf(key), "a second time", section.once(key)));
            return section;
        }
        problems.add(node.line(), path, node.shown(), "a map");
        return new Section(path, NOTHING, problems);
    }

    int line() {
        return source.line();
    }

    Problems problems() {
        return problems;
    }

    void wrong(Located<String> text, String expected) {
        problems.add(text.line(), text.path(), Quoted.of(text.value()), expected);
    }

    /** The range that a text of {@link Syntax#CIDR} or {@link Syntax#ADDRESS_OR_RANGE} means; a range with host bits is reported. */
    Optional<AddressRange> range(Located<String> text) {
        AddressRange range = Objects.requireNonNull(AddressRange.parse(text.value()));
        int slash = text.value().indexOf('/');
        if (slash >= 0 && !range.startsAt(text.value().substring(0, slash))) {
            wrong(text, "a range without host bits; did you mean \"" + range + "\"?");
            return Optional.empty();
        }
        return Optional.of(range);
    }

    boolean isMap(String key) {
        return node(key) instanceof SourceNode.Mapping;
    }

    private String once(String key) {
        return "each key once; line " + lineOf(key) + " has it";
    }

    boolean has(String key) {
        return node(key) != null;
    }

    Set<String> keys() {
        return source.entries().keySet();
    }

    Section section(String key) {
        SourceNode node = node(key);
        return node == null ? new Section(pathOf(key), NOTHING, problems) : of(node, pathOf(key), problems);
    }

    /** The maps of a list that may not be empty; an absent list is an empty one here. */
    List<Section> sections(String key) {
        return sections(items(key, AT_LEAST_ONE));
    }

    /** The maps of a list that may be empty. */
    List<Section> sectionsOrNone(String key) {
        return sections(items(key, null));
    }

    private List<Section> sections(List<Located<SourceNode>> items) {
        List<Section> sections = new ArrayList<>();
        for (Located<SourceNode> item : items) {
            sections.add(of(item.value(), item.path(), problems));
        }
        return sections;
    }

    Optional<Located<String>> text(String key, Syntax syntax) {
        SourceNode node = node(key);
        return node == null ? Optional.empty() : text(node, pathOf(key), syntax);
    }

    String required(String key, Syntax syntax) {
        reportMissing(key, syntax.description());
        return text(key, syntax).map(Located::value).orElse("");
    }

    void reportMissing(String key, String expected) {
        if (!has(key) && !source.equals(NOTHING)) {
            problems.add(line(), pathOf(key), "missing", expected);
        }
    }

    <T> Optional<T> choice(String key, Function<String, Optional<T>> named, String spellings) {
        return text(key, new Syntax(word -> named.apply(word).isPresent(), "one of " + spellings))
                .flatMap(text -> named.apply(text.value()));
    }

    /** The texts of a list that may not be empty; an absent list is an empty one here. */
    List<Located<String>> texts(String key, Syntax syntax) {
        return items(key, AT_LEAST_ONE).stream()
                .flatMap(item -> text(item.value(), item.path(), syntax).stream())
                .toList();
    }

    /** The distinct texts of a list that may be empty, or null where there is none. */
    @Nullable
    Set<String> set(String key, Syntax syntax) {
        if (!has(key)) {
            return null;
        }
        Set<String> texts = new LinkedHashSet<>();
        for (Located<SourceNode> item : items(key, null)) {
            text(item.value(), item.path(), syntax).ifPresent(text -> texts.add(text.value()));
        }
        return texts;
    }

    private List<Located<SourceNode>> items(String key, @Nullable String expectedIfEmpty) {
        SourceNode node = node(key);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SourceNode.Sequence sequence)) {
            problems.add(node.line(), pathOf(key), node.shown(), "a list");
            return List.of();
        }
        if (sequence.items().isEmpty() && expectedIfEmpty != null) {
            problems.add(lineOf(key), pathOf(key), "[]", expectedIfEmpty);
        }
        List<Located<SourceNode>> items = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            SourceNode item = sequence.items().get(i);
            items.add(new Located<>(item, item.line(), pathOf(key) + "[" + i + "]"));
        }
        return items;
    }

    private Optional<Located<String>> text(SourceNode node, String itsPath, Syntax syntax) {
        if (!(node instanceof SourceNode.Scalar scalar && syntax.accepts().test(scalar.text()))) {
            problems.add(node.line(), itsPath, node.shown(), syntax.description());
            return Optional.empty();
        }
        if (scalar.type() != SourceNode.Scalar.Type.STRING) {
            problems.add(
                    node.line(),
                    itsPath,
                    node.shown(),
                    Quoted.of(scalar.text()) + " in quotes, because YAML reads it as a "
                            + scalar.type().spelling());
            return Optional.empty();
        }
        return Optional.of(new Located<>(scalar.text(), scalar.line(), itsPath));
    }

    private @Nullable SourceNode node(String key) {
        known.add(key);
        SourceNode.Entry entry = source.entries().get(key);
        return entry == null ? null : entry.value();
    }

    int lineOf(String key) {
        SourceNode.Entry entry = source.entries().get(key);
        return entry == null ? line() : entry.line();
    }

    String pathOf(String key) {
        String shown = Quoted.bare(key);
        return path.isEmpty() ? shown : path + "." + shown;
    }

    /** Reports the keys that nobody asked for. */
    @Override
    public void close() {
        source.entries().forEach((key, entry) -> {
            if (!known.contains(key)) {
                String meant = Nearest.to(key, known)
                        .map(near -> "; did you mean \"" + near + "\"?")
                        .orElse("");
                problems.add(entry.line(), pathOf(key), "unknown key", "one of " + String.join(", ", known) + meant);
            }
        });
    }
}
