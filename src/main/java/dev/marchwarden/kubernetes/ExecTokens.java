package dev.marchwarden.kubernetes;

import dev.marchwarden.kubernetes.ExecProgram.Credentials;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the token of an exec program into each request, and asks for another one when it has expired or is refused. */
final class ExecTokens implements Interceptor {
    private static final Logger LOG = LoggerFactory.getLogger(ExecTokens.class);
    private static final int UNAUTHORIZED = 401;

    /** Not more often: a program may take seconds, and give the same token again. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final ExecProgram program;
    private final InstantSource clock;
    private Credentials credentials;
    private Instant ranAt;

    ExecTokens(ExecProgram program, Credentials first, InstantSource clock) {
        this.program = program;
        this.clock = clock;
        this.credentials = first;
        this.ranAt = clock.instant();
    }

    @Override
    public void before(BasicBuilder request, HttpRequest original, RequestTags tags) {
        authorize(request, token(false));
    }

    @Override
    public CompletableFuture<Boolean> afterFailure(BasicBuilder request, HttpResponse<?> response, RequestTags tags) {
        if (response.code() != UNAUTHORIZED) {
            return CompletableFuture.completedFuture(false);
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    String before = token(false);
                    String now = token(true);
                    authorize(request, now);
                    return !now.equals(before);
                },
                Thread::startVirtualThread);
    }

    private static void authorize(BasicBuilder request, String token) {
        if (!token.isEmpty()) {
            request.setHeader("Authorization", "Bearer " + token);
        }
    }

    private synchronized String token(boolean isRefused) {
        Instant now = clock.instant();
        boolean isOld = !now.isBefore(credentials.expires()) || isRefused;
        if (isOld && now.isAfter(ranAt.plus(PAUSE))) {
            ranAt = now;
            try {
                credentials = program.run();
            } catch (IOException e) {
                LOG.error("the last token stays in use: {}", e.getMessage());
            }
        }
        return credentials.token();
    }
}
