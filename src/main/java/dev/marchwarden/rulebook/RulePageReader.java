package dev.marchwarden.rulebook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.marchwarden.json.Yaml;
import dev.marchwarden.rulebook.RulePage.Author;
import dev.marchwarden.rulebook.RulePage.Example;
import dev.marchwarden.rulebook.TwinCoverage.Extent;
import dev.marchwarden.tenancy.RuleName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Reads pages token by token: data binding takes longer to load than {@code explain} otherwise runs. A field that is missing, unknown or of
 * another type is an {@link IOException} that names it and its place.
 */
final class RulePageReader {
    private static final String SUMMARY = "summary";

    private RulePageReader() {}

    static RulePage page(RuleName rule, InputStream yaml) throws IOException {
        try (JsonParser in = Yaml.FILES.createParser(yaml)) {
            expect(in, in.nextToken(), JsonToken.START_OBJECT);
            Map<String, String> texts = new HashMap<>();
            Map<String, Example> examples = new HashMap<>();
            TwinCoverage twin = TwinCoverage.NONE;
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                switch (field) {
                    case SUMMARY, "why", "fix" -> texts.put(field, text(in));
                    case "twin" -> twin = twin(in);
                    case "denied", "warned" -> examples.put("breaks", example(in));
                    case "passes" -> examples.put(field, example(in));
                    default -> throw wrong(in, "no field of this name");
                }
            }
            return new RulePage(
                    rule,
                    given(in, texts, SUMMARY),
                    given(in, texts, "why"),
                    given(in, texts, "fix"),
                    twin,
                    given(in, examples, "breaks"),
                    given(in, examples, "passes"));
        }
    }

    /** What a page begins with. */
    static String summary(InputStream yaml) throws IOException {
        try (JsonParser in = Yaml.FILES.createParser(yaml)) {
            expect(in, in.nextToken(), JsonToken.START_OBJECT);
            if (!SUMMARY.equals(in.nextFieldName())) {
                throw wrong(in, "the summary first");
            }
            return text(in);
        }
    }

    private static TwinCoverage twin(JsonParser in) throws IOException {
        expect(in, in.nextToken(), JsonToken.START_OBJECT);
        Extent extent = null;
        String onlyByTheWebhook = "";
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            switch (field) {
                case "extent" -> extent = extent(in);
                case "onlyByTheWebhook" -> onlyByTheWebhook = text(in);
                default -> throw wrong(in, "no field of this name");
            }
        }
        if (extent == null) {
            throw wrong(in, "extent");
        }
        return new TwinCoverage(extent, onlyByTheWebhook);
    }

    private static Extent extent(JsonParser in) throws IOException {
        return switch (text(in)) {
            case "whole" -> Extent.WHOLE;
            case "part" -> Extent.PART;
            case "none" -> Extent.NONE;
            default -> throw wrong(in, "whole, part or none");
        };
    }

    private static Example example(JsonParser in) throws IOException {
        expect(in, in.nextToken(), JsonToken.START_OBJECT);
        Map<String, String> texts = new HashMap<>();
        Author author = null;
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            switch (field) {
                case "story", "before", "after" -> texts.put(field, text(in));
                case "as" -> author = author(in);
                default -> throw wrong(in, "no field of this name");
            }
        }
        if (author == null) {
            throw wrong(in, "as");
        }
        return new Example(given(in, texts, "story"), author, texts.get("before"), given(in, texts, "after"));
    }

    private static Author author(JsonParser in) throws IOException {
        expect(in, in.nextToken(), JsonToken.START_OBJECT);
        String user = null;
        List<String> groups = new ArrayList<>();
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            switch (field) {
                case "user" -> user = text(in);
                case "groups" -> {
                    expect(in, in.nextToken(), JsonToken.START_ARRAY);
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        expect(in, in.currentToken(), JsonToken.VALUE_STRING);
                        groups.add(in.getText());
                    }
                }
                default -> throw wrong(in, "no field of this name");
            }
        }
        if (user == null) {
            throw wrong(in, "user");
        }
        return new Author(user, groups);
    }

    private static String text(JsonParser in) throws IOException {
        expect(in, in.nextToken(), JsonToken.VALUE_STRING);
        return in.getText();
    }

    private static void expect(JsonParser in, JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw wrong(in, expected.name());
        }
    }

    private static <T> T given(JsonParser in, Map<String, T> fields, String name) throws IOException {
        T value = fields.get(name);
        if (value == null) {
            throw wrong(in, name);
        }
        return value;
    }

    private static IOException wrong(JsonParser in, String expected) throws IOException {
        return new IOException("a page about a rule, line %d, field %s (expected: %s)"
                .formatted(in.currentLocation().getLineNr(), Objects.toString(in.currentName(), "none"), expected));
    }
}
