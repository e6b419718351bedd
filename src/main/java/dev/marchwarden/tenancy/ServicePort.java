package dev.marchwarden.tenancy;

import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A port of a shared service.
 *
 * @param number from 1 to 65535
 * @param protocol as Istio's ServiceEntry spells it, for example {@code TLS}
 */
public record ServicePort(int number, String protocol) {
    /** What the cluster's API server is served on. */
    static final ServicePort TLS_443 = new ServicePort(443, "TLS");

    /** The protocols of a ServiceEntry's port that need no other setting (istio: pkg/config/protocol). */
    private static final Pattern PORT = Pattern.compile("([1-9][0-9]{0,4})/(TCP|TLS|HTTPS|HTTP2|HTTP|GRPC|MONGO)");

    private static final int MAX_NUMBER = 65_535;

    /** Null for anything but {@code NUMBER/PROTOCOL}. */
    static @Nullable ServicePort parse(String text) {
        Matcher port = PORT.matcher(text);
        if (!port.matches()) {
            return null;
        }
        int number = Integer.parseInt(port.group(1));
        return number > MAX_NUMBER ? null : new ServicePort(number, Objects.requireNonNull(port.group(2)));
    }

    /** The name of the port in a ServiceEntry, for example {@code tls-443}. */
    public String name() {
        return protocol.toLowerCase(Locale.ROOT) + "-" + number;
    }

    /** As the tenancy file spells it, for example {@code 443/TLS}. */
    @Override
    public String toString() {
        return number + "/" + protocol;
    }
}
