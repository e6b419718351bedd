package dev.marchwarden.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marchwarden.policy.User;
import dev.marchwarden.reach.ObjectReach;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What no golden case can hold: it is too large, or not to be seen in an answer. */
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

    @Test
    void keepsAsMuchExtraInAllAsInOne() throws Exception {
        String half = "[" + "\"a\",".repeat(510) + "\"b\"]";
        String rest = "\"userInfo\": {\"extra\": {\"k\": " + half + ", \"l\": ";
        AdmissionRequest request = decode(rest + half + "}}");
        assertThat(request.problem()).isNull();
        assertThat(request.user().extra()).hasSize(2);
        assertThat(decode(rest + half.replace("]", ", \"c\"]") + "}}").problem())
                .isEqualTo("request.userInfo.extra[l] is longer than 511");
    }

    /** What is read as a field is one, and nothing in the value of another. */
    @Test
    void whatIsSkippedIsSkippedToItsEnd() throws Exception {
        String review = """
                {"apiVersion": "admission.k8s.io/v1", "more": ?, "kind": "AdmissionReview", "request":
                {"uid": "1", "more": ?, "kind": {"group": "", "more": ?, "version": "v1", "kind": "Namespace"},
                "resource": {"group": "", "more": ?, "resource": "namespaces"}, "name": "a", "operation": "CREATE",
                "userInfo": {"username": "ann", "more": ?, "uid": "u-1"},
                "object": {"apiVersion": ?, "kind": ?, "data": ?, "status": ?, "metadata": {"name": "a", "more": ?,
                "deletionTimestamp": ?, "annotations": {"more": ?}, "labels": {"more": ?, "usergroup": "red"}}}}}""";
        String other = """
                {"uid": "2", "kind": "2", "group": "2", "version": "2", "resource": "2", "name": "2", "username": "2",
                "operation": "2", "spec": "2", "metadata": {"name": "2"}, "labels": {"usergroup": "2"}}""";
        String[] parts = review.split("\\?");
        AdmissionRequest expected =
                ReviewDecoder.decode(String.join("\"\"", parts).getBytes(UTF_8), Set.of("usergroup"));
        assertThat(expected.problem()).isNull();
        assertThat(expected.object()).isNotNull();
        for (int i = 1; i < parts.length; i++) {
            for (String value : List.of(other, "[" + other + "]")) {
                String with = String.join("\"\"", List.of(parts).subList(0, i))
                        + value
                        + String.join("\"\"", List.of(parts).subList(i, parts.length));
                assertThat(ReviewDecoder.decode(with.getBytes(UTF_8), Set.of("usergroup")))
                        .as(with)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void readsOnBehindAListThatIsTooLong() throws Exception {
        AdmissionRequest request = decode("\"userInfo\": {\"groups\": [" + "\"a\",".repeat(4_096)
                + "[\"b\"], {\"c\": 1}, \"d\"], \"username\": \"ann\"}, \"name\": \"a\"");
        assertThat(request.problem()).isEqualTo("request.userInfo.groups is longer than 4096");
        assertThat(request.user().name()).isEqualTo("ann");
        assertThat(request.name()).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"dryRun\": true, \"dryRun\": true' | request.dryRun",
                "'\"object\": {\"metadata\": {\"deletionTimestamp\": null, \"deletionTimestamp\": \"x\"}}' | request.object.metadata.deletionTimestamp",
                "'\"object\": {\"metadata\": {\"annotations\": {\"a.istio.io\": \"x\", \"a.istio.io\": \"x\"}}}' | request.object.metadata.annotations[a.istio.io]",
                "'\"oldObject\": {\"spec\": {}, \"spec\": {}}' | request.oldObject.spec",
            })
    void whatIsGivenTwiceIsSaid(String fields, String path) throws Exception {
        assertThat(decode(fields).problem()).isEqualTo(path + " is given twice");
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "null, false", "1, false", "\"true\", false"})
    void isADryRunOnlyWhereThatIsSaid(String sent, boolean dryRun) throws Exception {
        assertThat(decode("\"dryRun\": " + sent).dryRun()).isEqualTo(dryRun);
    }

    /** What no table reads may be of any length. */
    @Test
    void anAnnotationThatIsTooLongIsSaidOfWhatItReaches() throws Exception {
        for (int length : new int[] {16_384, 16_385}) {
            String review = """
                    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1",
                    "kind": {"version": "v1", "kind": "Service"},
                    "object": {"metadata": {"annotations": {"networking.istio.io/exportTo": "%s", "more": "%s"}}}}}""".formatted("a".repeat(length), "a".repeat(20_000));
            AdmissionRequest request = ReviewDecoder.decode(review.getBytes(UTF_8), Set.of());
            assertThat(request.problem()).isNull();
            assertThat(request.object())
                    .extracting(ObjectSnapshot::reach)
                    .extracting(ObjectReach::problem)
                    .isEqualTo(
                            length == 16_384
                                    ? null
                                    : "metadata.annotations[networking.istio.io/exportTo] is longer than 16384 characters");
        }
    }

    /** Of a kind that is guarded and not known, and of one that is known. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'\"spec\": {\"a\": 1}' | '\"spec\": {\"a\": 1}' | false | false",
                "'\"spec\": {\"a\": 1}' | '\"spec\": {\"a\": 2}' | true | true",
                "'\"spec\": {\"a\": 1}' | '\"status\": {}' | true | true",
                "'\"status\": {\"a\": 1}' | '\"status\": {\"a\": 2}' | false | false",
                "'\"data\": {}' | '\"data\": {}' | true | true",
                "'\"metadata\": {\"labels\": {\"istio.io/rev\": \"a\"}}' | '\"metadata\": {\"labels\": {\"istio.io/rev\": \"a\"}}' | false | false",
                "'\"metadata\": {\"labels\": {\"istio.io/rev\": \"a\"}}' | '\"metadata\": {\"labels\": {\"istio.io/rev\": \"b\"}}' | true | false",
                "'\"metadata\": {\"labels\": {\"istio.io/rev\": \"a\"}}' | '\"metadata\": {}' | true | false",
                "'\"metadata\": {\"labels\": {\"app\": \"a\"}}' | '\"metadata\": {\"labels\": {\"app\": \"b\"}}' | false | false",
                "'\"metadata\": {\"annotations\": {\"x.istio.io/y\": \"a\"}}' | '\"metadata\": {\"annotations\": {\"x.istio.io/y\": \"a\"}}' | false | false",
                "'\"metadata\": {\"annotations\": {\"x.istio.io/y\": \"a\"}}' | '\"metadata\": {\"annotations\": {\"x.istio.io/y\": \"b\"}}' | true | false",
                "'\"metadata\": {\"annotations\": {\"note\": \"a\"}}' | '\"metadata\": {\"annotations\": {\"note\": \"b\"}}' | false | false",
            })
    void noticesWhatAnObjectSaysAnew(String object, String oldObject, boolean unknown, boolean known) throws Exception {
        for (String kind : List.of("Unheard", "VirtualService")) {
            String review = """
                    {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": {"uid": "1",
                    "kind": {"group": "networking.istio.io", "version": "v1", "kind": "%s"}, "object": {%s}, "oldObject": {%s}}}""".formatted(kind, object, oldObject);
            AdmissionRequest request = ReviewDecoder.decode(review.getBytes(UTF_8), Set.of());
            assertThat(request.problem()).isNull();
            assertThat(request.specChanged()).as(kind).isEqualTo(kind.equals("Unheard") ? unknown : known);
        }
    }

    @Test
    void saysWhereTheBodyIsNoJson() {
        assertThatThrownBy(() -> ReviewDecoder.decode("{\n  \"apiVersion\" 1}".getBytes(UTF_8), Set.of()))
                .isInstanceOf(MalformedReviewException.class)
                .hasMessageStartingWith("the body is not JSON at line 2, column 16 ");
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
            assertThat(InvalidUtf8.isIn(bytes)).as("at " + position).isTrue();
            bytes[position] = (byte) 0xfe;
            assertThat(InvalidUtf8.isIn(bytes)).as("at " + position).isFalse();
        }
    }

    @Test
    void keepsNoTextThatIsLongerThanAnyName() throws Exception {
        String long20k = "a".repeat(20_000);
        AdmissionRequest named = decode("\"name\": \"" + long20k + "\"");
        assertThat(named.name()).isEmpty();
        assertThat(named.problem()).isEqualTo("request.name is not a string of at most 16384 characters");
        assertThat(decode("\"name\": \"" + "a".repeat(16_384) + "\"").name()).hasSize(16_384);
        assertThat(decode("\"name\": \"" + "a".repeat(16_385) + "\"").name()).isEmpty();
        assertThat(decode("\"options\": \"" + long20k + "\"").problem()).isNull();
    }
}
