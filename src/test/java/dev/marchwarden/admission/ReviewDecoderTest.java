package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.policy.User;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    void keepsWhatTheAuthorizerWillBeTold() throws Exception {
        AdmissionRequest request = decode("\"userInfo\": {\"username\": \"ann\", \"uid\": \"u-1\", \"extra\":"
                + " {\"scopes\": [\"a\", \"b\"], \"none\": null}}");
        assertThat(request.problem()).isNull();
        assertThat(request.user())
                .isEqualTo(new User("ann", List.of(), "u-1", Map.of("scopes", List.of("a", "b"), "none", List.of())));
        assertThat(decode("\"userInfo\": {\"extra\": {\"a\": [\"1\"], \"a\": [\"2\"]}}")
                        .problem())
                .isEqualTo("request.userInfo.extra[a] is given twice");
        assertThat(decode("\"userInfo\": {\"extra\": {\"a\": \"1\"}}").problem())
                .isEqualTo("request.userInfo.extra[a] is not a list");
    }

    @Test
    void keepsAsMuchExtraAsAnybodyHas() throws Exception {
        String values = "\"a\",".repeat(1_022) + "\"b\"";
        assertThat(decode("\"userInfo\": {\"extra\": {\"k\": [" + values + "]}}")
                        .problem())
                .isNull();
        assertThat(decode("\"userInfo\": {\"extra\": {\"k\": [" + values + ", \"c\", \"d\"]}}")
                        .problem())
                .startsWith("request.userInfo.extra[k] is longer than ");
        String keys =
                IntStream.range(0, 2_000).mapToObj(i -> "\"k" + i + "\": []").collect(Collectors.joining(","));
        AdmissionRequest many = decode("\"userInfo\": {\"extra\": {" + keys + "}}");
        assertThat(many.problem()).isEqualTo("request.userInfo.extra is longer than 1024");
        assertThat(many.user().extra()).hasSize(1_024);
    }

    /** Jackson takes it for the name without that byte once it knows that name. */
    @Test
    void noNameHasAByteThatIsNoUtf8() throws Exception {
        byte[] review = """
                {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "requ?est": {"uid": "1"}}""".getBytes(UTF_8);
        assertThat(decode("\"name\": \"a\"").name()).isEqualTo("a");
        review[new String(review, UTF_8).indexOf('?')] = (byte) 0xff;
        assertThatThrownBy(() -> ReviewDecoder.decode(review, Set.of()))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessage("the body is not UTF-8 (expected: an AdmissionReview)");
        for (int position = 0; position < 20; position++) {
            byte[] bytes = new byte[20];
            bytes[position] = (byte) 0xff;
            assertThat(NoUtf8.isIn(bytes)).as("at " + position).isTrue();
            bytes[position] = (byte) 0xfe;
            assertThat(NoUtf8.isIn(bytes)).as("at " + position).isFalse();
        }
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
