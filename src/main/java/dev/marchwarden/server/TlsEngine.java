package dev.marchwarden.server;

import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.util.Locale;

/** The TLS implementation. Both do the same; BoringSSL takes less processor time. */
public enum TlsEngine {
    BORINGSSL {
        @Override
        public boolean isAvailable() {
            return OpenSSLEngineOptions.isAvailable();
        }

        @Override
        SSLEngineOptions options() {
            // The API server never resumes a session, so a cache of them is memory for nothing (client-go sets no
            // ClientSessionCache).
            return new OpenSSLEngineOptions().setSessionCacheEnabled(false);
        }
    },
    JDK {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        SSLEngineOptions options() {
            return new JdkSSLEngineOptions();
        }
    };

    /** Whether its native library loads on this machine. */
    public abstract boolean isAvailable();

    abstract SSLEngineOptions options();

    public static TlsEngine best() {
        return BORINGSSL.isAvailable() ? BORINGSSL : JDK;
    }

    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
