package dev.marchwarden.rulebook;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.marchwarden.tenancy.RuleName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What there is to know about one rule.
 *
 * @param summary what it denies, in one sentence
 * @param why what it protects from
 * @param mend what to do about a denial
 * @param denied a change that it denies
 * @param passes a similar one that passes
 */
public record RulePage(RuleName rule, String summary, String why, String mend, Example denied, Example passes) {
    /**
     * A change of an object, in the cluster of the recorded reviews.
     *
     * @param story what happens, in one sentence
     * @param author who does it
     * @param before the object as it was, in YAML; null for a new one
     * @param after the object as it would be, in YAML
     */
    public record Example(
            String story,
            @JsonProperty("as") Author author,
            @Nullable String before,
            String after) {}

    /**
     * Who does it.
     *
     * @param user as the API server knows them
     */
    public record Author(String user, List<String> groups) {
        public Author {
            groups = List.copyOf(groups);
        }
    }
}
