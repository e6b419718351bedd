package dev.marchwarden.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML or JSON of users, token by token. What we would read otherwise than they mean it (aliases, merge keys, keys given twice) is refused. */
public final class SourceParser {
    /** Of one file; a rendered chart of a few thousand objects is some ten MiB. */
    static final int MAX_BYTES = 256 << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final YAMLFactory YAML = YAMLFactory.builder()
            .loaderOptions(loaderOptions())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private SourceParser() {}

    private static LoaderOptions loaderOptions() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        return options;
    }

    public static JsonParser of(byte[] content) throws IOException {
        for (byte b : content) {
            if (b == '{') {
                return JSON.createParser(content);
            }
            if (b != ' ' && b != '\t' && b != '\r' && b != '\n') {
                break;
            }
        }
        return new AliasRefusal(YAML.createParser(content));
    }

    /** Jackson would take the name of an alias for its value; better to refuse what we would get wrong. */
    private static final class AliasRefusal extends JsonParserDelegate {
        private final YAMLParser yaml;

        AliasRefusal(YAMLParser yaml) {
            super(yaml);
            this.yaml = yaml;
        }

        @Override
        public JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (token == JsonToken.VALUE_STRING && yaml.isCurrentAlias()) {
                throw new JsonParseException(
                        yaml, "an alias, *" + yaml.getText() + ", where the value itself must be written out");
            }
            if (token == JsonToken.FIELD_NAME && yaml.currentName().equals("<<")) {
                throw new JsonParseException(yaml, "a merge key, <<, where the values themselves must be written out");
            }
            return token;
        }
    }
}
