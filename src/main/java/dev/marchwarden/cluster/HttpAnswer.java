package dev.marchwarden.cluster;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The answer to a GET on a connection of its own. */
public record HttpAnswer(int status, String body) {
    /** An istiod with ten thousand proxies tells of them in some ten MiB; larger is not looked at. */
    static final int MAX_BODY = 32 << 20;

    private static final int MAX_HEAD = 64 << 10;

    static byte[] request(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    static HttpAnswer read(InputStream in) throws IOException {
        String first = line(in, MAX_HEAD);
        String[] words = first.split(" ", 3);
        if (!first.startsWith("HTTP/1.") || words.length < 2 || !words[1].matches("[1-5][0-9][0-9]")) {
            throw new IOException("what answers does not speak HTTP/1.1");
        }
        long length = -1;
        boolean chunked = false;
        int head = MAX_HEAD;
        for (String line = line(in, head); !line.isEmpty(); line = line(in, head)) {
            head -= line.length();
            int colon = line.indexOf(':');
            String name = line.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
            String value = line.substring(colon + 1).strip();
            chunked |= name.equals("transfer-encoding") && value.equalsIgnoreCase("chunked");
            length = name.equals("content-length") ? number(value, 10) : length;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (chunked) {
            for (long size = chunkSize(in); size > 0; size = chunkSize(in)) {
                take(in, size, body);
                line(in, MAX_HEAD);
            }
        } else if (length >= 0) {
            take(in, length, body);
        } else {
            body.writeBytes(in.readNBytes(MAX_BODY + 1));
            limit(body.size());
        }
        return new HttpAnswer(Integer.parseInt(words[1]), body.toString(StandardCharsets.UTF_8));
    }

    private static long chunkSize(InputStream in) throws IOException {
        return number(line(in, MAX_HEAD).split(";", 2)[0].strip(), 16);
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Integer.parseUnsignedInt(text, radix) & 0xffffffffL;
        } catch (IllegalArgumentException e) {
            throw new IOException("what answers does not speak HTTP/1.1: a length that is no number", e);
        }
    }

    private static void take(InputStream in, long size, ByteArrayOutputStream body) throws IOException {
        limit(body.size() + size);
        byte[] bytes = in.readNBytes((int) size);
        if (bytes.length < size) {
            throw new EOFException("the answer ended in its middle");
        }
        body.writeBytes(bytes);
    }

    private static void limit(long size) throws IOException {
        if (size > MAX_BODY) {
            throw new IOException("the answer is longer than " + MAX_BODY + " bytes");
        }
    }

    private static String line(InputStream in, int max) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended before there was a whole answer");
            }
            if (line.length() >= max) {
                throw new IOException("what answers does not speak HTTP/1.1: a line without an end");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
