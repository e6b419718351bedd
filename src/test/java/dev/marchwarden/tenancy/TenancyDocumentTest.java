package dev.marchwarden.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tenancy.md: its tables have every key of the schema, and its example is a tenancy. */
class TenancyDocumentTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

    private static String page() throws Exception {
        return Files.readString(Path.of("docs/tenancy.md"));
    }

    private static JsonNode schema() throws Exception {
        try (InputStream schema =
                Objects.requireNonNull(TenancyFile.class.getResourceAsStream("tenancy.schema.json"))) {
            return new ObjectMapper().readTree(schema);
        }
    }

    @Test
    void hasARowForEveryKey() throws Exception {
        Set<String> keys = new TreeSet<>();
        schema().at("/properties/spec/properties").fieldNames().forEachRemaining(keys::add);
        schema().at("/$defs/usergroup/properties").fieldNames().forEachRemaining(keys::add);
        Set<String> rows = new TreeSet<>();
        Matcher row = ROW.matcher(page());
        while (row.find()) {
            rows.add(row.group(1));
        }
        assertThat(rows).isEqualTo(keys);
    }

    @Test
    void itsExampleIsATenancy(@TempDir Path directory) throws Exception {
        Matcher example = Pattern.compile("(?s)```yaml\n(.*?)```").matcher(page());
        assertThat(example.find()).isTrue();
        Tenancy tenancy = TenancyFile.read(Files.writeString(directory.resolve("tenancy.yaml"), example.group(1)));
        assertThat(tenancy.usergroups()).extracting(Usergroup::name).containsExactly("payments", "search");
        assertThat(tenancy.exceptions()).hasSize(1);
    }
}
