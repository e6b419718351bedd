package dev.marchwarden.policy.config;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The value of a header as Envoy formats it: {@code %COMMAND%}, {@code %COMMAND(ARGUMENT):LENGTH%}. Most commands read the request; some
 * read the environment and the files of the proxy, which may be another's.
 */
final class HeaderFormat {
    /** Two letters are what escapes of URLs have. */
    private static final Pattern COMMAND = Pattern.compile("%([A-Z][A-Z0-9_]{2,})[%(:]");

    /** Of the request, its connections and its route (Envoy: docs/root/configuration/observability/access_log/usage.rst). */
    private static final Set<String> OF_REQUEST = Set.of(
            "CONNECTION_ID",
            "CONNECTION_TERMINATION_DETAILS",
            "CLUSTER_METADATA",
            "DURATION",
            "COMMON_DURATION",
            "DYNAMIC_METADATA",
            "EMIT_TIME",
            "FILTER_CHAIN_NAME",
            "FILTER_STATE",
            "GRPC_STATUS",
            "GRPC_STATUS_NUMBER",
            "HOSTNAME",
            "LOCAL_REPLY_BODY",
            "PATH",
            "PER_REQUEST_STATE",
            "PROTOCOL",
            "QUERY_PARAM",
            "QUERY_PARAMS",
            "REQ",
            "REQ_WITHOUT_QUERY",
            "REQUESTED_SERVER_NAME",
            "RESP",
            "ROUNDTRIP_DURATION",
            "ROUTE_NAME",
            "SPAN_ID",
            "START_TIME",
            "START_TIME_LOCAL",
            "STREAM_ID",
            "TLS_JA3_FINGERPRINT",
            "TLS_JA4_FINGERPRINT",
            "TRACE_ID",
            "TRAILER",
            "UNIQUE_ID",
            "VIRTUAL_CLUSTER_NAME");

    private static final Set<String> FAMILIES = Set.of("BYTES_", "DOWNSTREAM_", "UPSTREAM_", "REQUEST_", "RESPONSE_");

    private HeaderFormat() {}

    /** Whether the value has no command, or none but those that read the request. */
    static boolean readsRequestOnly(String value) {
        if (value.indexOf('%') < 0) {
            return true;
        }
        Matcher command = COMMAND.matcher(value);
        while (command.find()) {
            String name = command.group(1);
            if (!OF_REQUEST.contains(name) && FAMILIES.stream().noneMatch(name::startsWith)) {
                return false;
            }
            // The mark at its end may be the one that the next begins with.
            command.region(command.end() - 1, value.length());
        }
        return true;
    }
}
