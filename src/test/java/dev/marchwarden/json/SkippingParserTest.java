package dev.marchwarden.json;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is skipped by bytes is what Jackson skips by tokens: the same tokens behind it at the same places, and the same input refused with the same words. */
class SkippingParserTest {
    private static final int MUTATIONS = Integer.getInteger("skipping.mutations", 6_000);
    private static final long SEED = Long.getLong("skipping.seed", 16);
    private static final String[] PIECES = {
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "{}",
        "[]",
        "\"\":",
        "0",
        "-",
        "1.5e+3",
        "e",
        ".",
        "01",
        "-0.0E-1",
        "true",
        "false",
        "null",
        "nul",
        "\\u0041",
        "\\ud83d\\ude00",
        "\\ud800",
        "\\u00",
        "\\x",
        "\\/",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\0",
        "\u001f",
        "\u007f",
        "ä",
        "€",
        "😀",
        "12345678",
        "/*",
        "#"
    };
    private static final byte[][] BROKEN_UTF8 = {
        {(byte) 0x80},
        {(byte) 0xc3},
        {(byte) 0xe2, (byte) 0x82},
        {(byte) 0xf0, (byte) 0x9f, (byte) 0x98},
        {(byte) 0xc0, (byte) 0x80},
        {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
        {(byte) 0xe0, (byte) 0x80, (byte) 0x80},
        {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
        {(byte) 0xf8, (byte) 0x88, (byte) 0x80, (byte) 0x80, (byte) 0x80},
        {(byte) 0xfe}
    };

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "[[],{},[{}]]",
                "{\"a\":{\"b\":[1,-2.5e-3,true,false,null,\"\"]},\"c\":\"d\"}",
                "{\"a\":1,\"a\":2,\"a\":{\"a\":3}}",
                " { \"a\" :\t[ 1 , 2 ] } ",
                "{\n  \"a\": [\r\n1,\n2]\n}",
                "{\"k:{\\\"port\\\":80}\":{},\"\\u003c\":\"\\u00e4\\n\\/\"}",
                "{\"\\ud83d\\ude00\":\"\\ud83d\\ude00\",\"b\":\"\\ud800\"}",
                "{\"ä€😀\":\"ä€😀 and eight more bytes\"}",
                "[01]",
                "[1.]",
                "[.5]",
                "[-]",
                "[1e]",
                "[1 2]",
                "[,1]",
                "[1,]",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{a:1}",
                "{1:1}",
                "['a']",
                "[tru]",
                "[truex]",
                "[nullnull]",
                "[NaN]",
                "[+1]",
                "{\"a\":[}",
                "[{]}",
                "[\"a]",
                "[\"a\\]",
                "[\"\\x\"]",
                "[\"\\u12\"]",
                "[\"a\tb\"]",
                "[1/**/]",
                "[",
                "{\"a\":{",
                "{\"a\":[1,2"
            })
    void whatIsSkippedIsWhatJacksonSkips(String value) {
        same(value.getBytes(UTF_8));
        same(("{\"a\":" + value + ",\"b\":[" + value + ",1]}").getBytes(UTF_8));
        same(("{\"a\":[" + value).getBytes(UTF_8));
        same(("{\"a\":" + value + "}x").getBytes(UTF_8));
    }

    @Test
    void theLimitsAreJacksons() {
        for (int depth : new int[] {62, 63, 64, 65, 127, 128, 129, 997, 998, 999, 1_000, 1_001}) {
            same(("{\"a\":" + "[".repeat(depth) + "]".repeat(depth) + ",\"b\":1}").getBytes(UTF_8));
            same(("{\"a\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + ",\"b\":1}").getBytes(UTF_8));
            same(("{\"a\":" + "[1,{\"a\":".repeat(depth / 2) + "[]" + "},2]".repeat(depth / 2) + ",\"b\":1}")
                    .getBytes(UTF_8));
            same(("{\"a\":" + "[".repeat(depth) + "]".repeat(depth - 1) + "}").getBytes(UTF_8));
        }
        for (int length : new int[] {998, 999, 1_000, 1_001}) {
            same(("{\"a\":[" + "1".repeat(length) + "]}").getBytes(UTF_8));
            same(("{\"a\":[-" + "1".repeat(length) + "]}").getBytes(UTF_8));
            same(("{\"a\":[0." + "1".repeat(length) + "e1]}").getBytes(UTF_8));
        }
        for (int length = 49_994; length < 50_004; length++) {
            same(("{\"a\":{\"" + "n".repeat(length) + "\":1}}").getBytes(UTF_8));
            same(("{\"a\":{\"\\n" + "n".repeat(length) + "\":1}}").getBytes(UTF_8));
        }
    }

    @Test
    void inputOfAnyEncodingIsReadAsJacksonDoes() {
        String json = "{\"a\":{\"b\":[1]},\"c\":1}";
        same(("\ufeff" + json).getBytes(UTF_8));
        same(json.getBytes(UTF_16LE));
        same(new byte[0]);
        same(new byte[] {'{'});
        same(new byte[] {'{', 0});
    }

    @Test
    void brokenUtf8IsRefusedWhereJacksonRefusesIt() {
        for (byte[] broken : BROKEN_UTF8) {
            for (String around : List.of(
                    "{\"a\":[\"?\"]}",
                    "{\"a\":{\"?\":1}}",
                    "{\"a\":[\"12345678?12345678\"]}",
                    "{\"a\":\"?\"}",
                    "{\"a\":[\"?",
                    "{\"a\":[?]}")) {
                byte[] bytes = around.getBytes(UTF_8);
                same(replaced(bytes, around.indexOf('?'), 1, broken));
            }
        }
    }

    @Test
    void everyCutAndEveryOtherByteMakesNoDifference() {
        byte[] whole =
                "{\"a\":{\"k\\u00e4\\n\":[1,-2.5e-3,true,false,null,\"ä€😀 and more\",{\"k\":{},\"k\":[]}],\"z\":-0.0E+1},\"b\":1}"
                        .getBytes(UTF_8);
        for (int at = 0; at < whole.length; at++) {
            same(Arrays.copyOf(whole, at));
            for (int other = 0; other <= 0xff; other++) {
                same(replaced(whole, at, 1, new byte[] {(byte) other}), 0);
            }
        }
    }

    /** Were each level that Jackson reads walked over once more, it would take hundreds of times as long. */
    @Test
    void whatIsLeftToJacksonIsWalkedOverOnce() {
        int depth = 990;
        byte[] bytes =
                ("{\"a\":[" + ("[".repeat(depth) + "\n" + "]".repeat(depth) + ",").repeat(250) + "1]}").getBytes(UTF_8);

        assertThat(nanos(JsonStreams.SKIPPING, bytes)).isLessThan(20 * nanos(JsonStreams.WIRE, bytes));
    }

    /** Processor time to skip all but the outermost value; the least of some runs. */
    private static long nanos(JsonFactory format, byte[] bytes) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        return IntStream.range(0, 5)
                .mapToLong(run -> {
                    long before = threads.getCurrentThreadCpuTime();
                    assertThat(trace(format, bytes, 0)).hasSize(4);
                    return threads.getCurrentThreadCpuTime() - before;
                })
                .min()
                .orElseThrow();
    }

    @Test
    void randomChangesOfReviewsMakeNoDifference() throws IOException {
        Random random = new Random(SEED);
        List<byte[]> reviews = reviews();
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] review = reviews.get(random.nextInt(reviews.size()));
            for (int changes = 1 + random.nextInt(3); changes > 0 && review.length > 0; changes--) {
                review = changed(review, random);
            }
            same(review, random.nextInt());
        }
    }

    /** Jackson's table of names would be copied as it grows. */
    @Test
    void namesThatAreSkippedCostNothing() throws IOException {
        String names = IntStream.range(0, 30_000)
                .mapToObj(i -> "\"f:a-name-that-is-longer-than-twelve-bytes-" + i + "\":{}")
                .collect(Collectors.joining(","));
        byte[] bytes = ("{\"a\":{" + names + "},\"b\":1}").getBytes(UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        trace(JsonStreams.SKIPPING, bytes, 0);

        long before = threads.getCurrentThreadAllocatedBytes();
        assertThat(trace(JsonStreams.SKIPPING, bytes, 0)).hasSize(6);

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000);
    }

    private static void same(byte[] bytes) {
        same(bytes, 0);
        same(bytes, 1);
    }

    private static void same(byte[] bytes, int choice) {
        assertThat(trace(JsonStreams.SKIPPING, bytes, choice))
                .as(new String(bytes, UTF_8))
                .isEqualTo(trace(JsonStreams.WIRE, bytes, choice));
    }

    /**
     * All that a reader sees.
     *
     * @param choice of the values that it skips: 0 all but the outermost
     */
    private static List<String> trace(JsonFactory format, byte[] bytes, int choice) {
        List<String> trace = new ArrayList<>();
        Random random = new Random(choice);
        try (JsonParser parser = format.createParser(bytes)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                String text = "";
                if (trace.size() > 1 && (choice == 0 || random.nextInt(4) == 0)) {
                    parser.skipChildren();
                } else if (token == JsonToken.FIELD_NAME || random.nextBoolean()) {
                    text = parser.getText();
                }
                trace.add(parser.currentToken() + " " + parser.currentName() + " " + text + " "
                        + parser.currentTokenLocation().getByteOffset() + " "
                        + parser.currentTokenLocation().offsetDescription()
                        + " " + parser.currentLocation().getByteOffset() + " "
                        + parser.getParsingContext().getNestingDepth());
            }
        } catch (JsonProcessingException e) {
            trace.add(e.getClass().getSimpleName() + " " + e.getMessage());
        } catch (IOException e) {
            trace.add(e.toString());
        }
        return trace;
    }

    private static byte[] changed(byte[] review, Random random) {
        int at = random.nextInt(review.length);
        int length = Math.min(review.length - at, random.nextInt(4) == 0 ? random.nextInt(40) : random.nextInt(2));
        return switch (random.nextInt(8)) {
            case 0 -> Arrays.copyOf(review, at);
            case 1 -> replaced(review, at, Math.max(1, length), new byte[0]);
            case 2 -> replaced(review, at, 1, new byte[] {(byte) random.nextInt(0xff)});
            case 3 -> replaced(review, at, length, BROKEN_UTF8[random.nextInt(BROKEN_UTF8.length)]);
            case 4 -> replaced(review, at, 0, Arrays.copyOfRange(review, at, at + length));
            default -> replaced(review, at, length, PIECES[random.nextInt(PIECES.length)].getBytes(UTF_8));
        };
    }

    private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, at);
        out.writeBytes(by);
        out.write(bytes, at + length, bytes.length - at - length);
        return out.toByteArray();
    }

    private static List<byte[]> reviews() throws IOException {
        List<byte[]> reviews = new ArrayList<>();
        for (String directory : List.of("test-fixtures/admission-reviews/guide", "test-fixtures/reviews")) {
            try (Stream<Path> files = Files.walk(Path.of(directory))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".json"))
                        .sorted()
                        .toList()) {
                    reviews.add(Files.readAllBytes(file));
                }
            }
        }
        assertThat(reviews).hasSizeGreaterThan(20);
        return reviews;
    }
}
