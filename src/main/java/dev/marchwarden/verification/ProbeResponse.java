package dev.marchwarden.verification;

import dev.marchwarden.cluster.Execution;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client got.
 *
 * @param code of HTTP; 0 where there was no answer
 * @param headers by their names in lower case
 * @param body empty where it is not shown
 * @param failure what went wrong before there was an answer
 * @param whole whether body and headers are shown, whatever the code
 */
record ProbeResponse(int code, Map<String, String> headers, String body, Failure failure, boolean whole) {
    enum Failure {
        NONE,
        NAME_UNKNOWN,
        NOT_CONNECTED,
        TIMEOUT,
        RESET,
        CLOSED,
        OTHER
    }

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");

    /** Exit codes: the manual page of curl. */
    static ProbeResponse ofCurl(Execution ran) {
        String head = ran.output();
        String body = "";
        do {
            int end = head.indexOf("\r\n\r\n");
            body = end < 0 ? "" : head.substring(end + 4);
            if (!head.startsWith("HTTP/1.1 1")) {
                head = end < 0 ? head : head.substring(0, end);
                break;
            }
            head = body; // of an answer that only announces one
        } while (!body.isEmpty());
        Matcher status = STATUS.matcher(head);
        if (status.lookingAt()) {
            return new ProbeResponse(Integer.parseInt(status.group(1)), headers(head), body, Failure.NONE, true);
        }
        Failure failure = switch (ran.exitCode()) {
            case 6 -> Failure.NAME_UNKNOWN;
            case 7 -> Failure.NOT_CONNECTED;
            case 28 -> Failure.TIMEOUT;
            case 52 -> Failure.CLOSED;
            case 56 -> Failure.RESET;
            default -> Failure.OTHER;
        };
        return new ProbeResponse(0, Map.of(), ran.errors().strip(), failure, true);
    }

    /** GNU's and busybox's show headers on stderr, of an error the latter nothing but the first line; neither shows an error's body, but the former says that there is none. */
    static ProbeResponse ofWget(Execution ran) {
        String told = ran.errors();
        Matcher status = STATUS.matcher(told);
        int code = 0;
        while (status.find()) {
            code = Integer.parseInt(status.group(1));
        }
        if (code != 0) {
            Map<String, String> headers = headers(told);
            boolean whole =
                    code < 400 || headers.getOrDefault("content-length", "").equals("0");
            return new ProbeResponse(code, headers, code < 400 ? ran.output() : "", Failure.NONE, whole);
        }
        String why = told.toLowerCase(Locale.ROOT);
        Failure failure = Failure.OTHER;
        if (why.contains("bad address") || why.contains("unable to resolve")) {
            failure = Failure.NAME_UNKNOWN;
        } else if (why.contains("refused")) {
            failure = Failure.NOT_CONNECTED;
        } else if (why.contains("timed out")) {
            failure = Failure.TIMEOUT;
        } else if (why.contains("reset by peer")) {
            failure = Failure.RESET;
        } else if (why.contains("error getting response") || why.contains("no data")) {
            failure = Failure.CLOSED;
        }
        return new ProbeResponse(0, Map.of(), told.strip(), failure, true);
    }

    private static Map<String, String> headers(String head) {
        Map<String, String> headers = new HashMap<>();
        head.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        });
        return headers;
    }

    /** Three digits, as curl writes it out. */
    String shownCode() {
        return "%03d".formatted(code);
    }
}
