package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What no golden case can hold: it is too large. */
class ReviewDecoderTest {
    private static AdmissionRequest decode(String fields) throws MalformedReviewException {
        return ReviewDecoder.decode("""
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request":
                {"uid": "1", "kind": {"kind": "Namespace"}, %s}}""".formatted(fields).getBytes(UTF_8), Set.of("usergroup"));
    }

    @Test
    void keepsAsManyGroupsAsAnybodyHas() throws Exception {
        String many = "\"a\",".repeat(4_095);
        assertThat(decode("\"userInfo\": {\"groups\": [" + many + "\"b\"]}"))
                .satisfies(request -> assertThat(request.problem()).isNull())
                .satisfies(request -> assertThat(request.user().groups()).hasSize(4_096));
        AdmissionRequest more = decode("\"userInfo\": {\"groups\": [" + many.repeat(20) + "\"b\"]}");
        assertThat(more.problem()).isEqualTo("request.userInfo.groups is longer than 4096");
        assertThat(more.user().groups()).hasSize(4_096);
    }

    @Test
    void keepsNoTextThatIsLongerThanAnyName() throws Exception {
        String long20k = "a".repeat(20_000);
        AdmissionRequest named = decode("\"name\": \"" + long20k + "\"");
        assertThat(named.name()).isEmpty();
        assertThat(named.problem()).isEqualTo("request.name is not a string of at most 16384 characters");
        assertThat(decode("\"options\": \"" + long20k + "\"").problem()).isNull();
    }
}
