package dev.marchwarden.cluster;

import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.kubernetes.ClusterException;
import dev.marchwarden.policy.ClusterUnknownException;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocketHandshakeException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's API server, to be asked over HTTP with the credentials of a kubeconfig or of the pod. fabric8 finds the credentials and
 * keeps them fresh, the JDK's client carries the bytes; what is in them is read as it streams by.
 *
 * <p>HTTP/1.1, a connection each: a watch that stalls does not hold up a question. Nothing is tried again unasked but a question whose
 * connection had been closed meanwhile.
 */
public final class ApiServer implements AutoCloseable {
    private static final Duration FOREVER = Duration.ofDays(10_000);

    /** The JDK's client is to notice first, for it can close the connection. */
    private static final long GRACE_MILLIS = 200;

    /** Larger than any object that the API server stores. */
    private static final int MAX_ANSWER = 4 << 20;

    /** What came back for a question. */
    record Reply(int status, InputStream body) {}

    private final Config config;
    private final HttpClient http;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("api-server-", 0).factory());

    private volatile @Nullable Duration clockOffset;

    public ApiServer(ClusterConfig config) {
        this.config = config.config();
        this.config.setRequestRetryBackoffLimit(0);
        this.http = config.httpClient().build();
    }

    /**
     * Asks, on a thread of its own: finding credentials may block. Completes with an {@link IOException} where no whole answer comes before
     * the deadline.
     *
     * @param body null for GET; POST otherwise
     */
    CompletableFuture<Reply> ask(String path, byte @Nullable [] body, Duration deadline) {
        ApiRequest question = body == null ? ApiRequest.get(path) : ApiRequest.post(path, body);
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return answer(question, deadline);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                threads);
    }

    /** A GET, with the caller's thread. */
    Reply get(String path, Duration deadline) throws IOException {
        return answer(ApiRequest.get(path), deadline);
    }

    /** Anything, with the caller's thread. Throws {@link IOException} where no whole answer comes before the deadline. */
    Reply answer(ApiRequest question, Duration deadline) throws IOException {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            return answerOnce(question, deadline);
        } catch (SocketTimeoutException | AnswerTooLongException e) {
            throw e;
        } catch (IOException e) {
            // A kept connection that the other side closes just as it is used; all our questions may be asked twice.
            return answerOnce(question, Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        }
    }

    private Reply answerOnce(ApiRequest question, Duration deadline) throws IOException {
        try (BodyStream stream = open(request(question, deadline), deadline, new BodyStream(deadline, deadline))) {
            byte[] bytes = stream.readNBytes(MAX_ANSWER + 1);
            if (bytes.length > MAX_ANSWER) {
                throw new AnswerTooLongException(MAX_ANSWER);
            }
            return new Reply(stream.status(), new ByteArrayInputStream(bytes));
        }
    }

    /**
     * Sends a GET and waits for the answer to begin.
     *
     * @param begin how long to wait for that
     * @param readTimeout how long to wait then each time for the next bytes
     */
    BodyStream open(String path, Duration begin, Duration readTimeout) throws IOException {
        return open(request(ApiRequest.get(path), begin), begin, new BodyStream(readTimeout, FOREVER));
    }

    /** @param begin the JDK's client closes the connection where the answer has not begun by then; bodies are not its business */
    private HttpRequest request(ApiRequest question, Duration begin) {
        HttpRequest.Builder request = http.newHttpRequestBuilder()
                .uri(URI.create(config.getMasterUrl()).resolve(question.path()))
                .timeout(begin.toMillis(), TimeUnit.MILLISECONDS);
        request.header("Accept", "application/json");
        if (question.body() != null) {
            request.method(question.method(), question.contentType(), question.body());
        }
        return request.build();
    }

    private BodyStream open(HttpRequest request, Duration begin, BodyStream stream) throws IOException {
        CompletableFuture<HttpResponse<AsyncBody>> sent =
                http.consumeBytes(request, (bytes, body) -> stream.deliver(bytes));
        try {
            HttpResponse<AsyncBody> response = sent.get(begin.toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
            noteTime(response.header("Date"));
            stream.opened(response.code(), response.body());
            return stream;
        } catch (TimeoutException e) {
            closeIfLate(sent);
            throw new SocketTimeoutException("no answer within " + begin.toMillis() + " ms");
        } catch (InterruptedException e) {
            closeIfLate(sent);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HttpTimeoutException) {
                throw new SocketTimeoutException("no answer within " + begin.toMillis() + " ms");
            }
            throw unreachable(e);
        }
    }

    /**
     * Opens a WebSocket, over HTTP/1.1 as all else.
     *
     * @param protocol the subprotocol that the other side is to speak
     * @throws UpgradeRefusedException where something else is answered
     */
    WebSocket upgrade(String path, String protocol, WebSocket.Listener listener, Deadline deadline) throws IOException {
        CompletableFuture<WebSocket> opened = http.newWebSocketBuilder()
                .uri(URI.create(config.getMasterUrl()).resolve(path))
                .subprotocol(protocol)
                .connectTimeout(deadline.left().toMillis(), TimeUnit.MILLISECONDS)
                .buildAsync(listener);
        try {
            return opened.get(deadline.left().toMillis() + GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            opened.cancel(true); // one that opens afterwards is closed then
            throw deadline.over();
        } catch (InterruptedException e) {
            opened.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof HttpTimeoutException) {
                    throw deadline.over();
                }
                if (cause instanceof WebSocketHandshakeException refused && refused.getResponse() != null) {
                    throw new UpgradeRefusedException(
                            refused.getResponse().statusCode(),
                            refused.getResponse().body() instanceof String body ? body : "");
                }
            }
            throw unreachable(e);
        }
    }

    private void noteTime(@Nullable String date) {
        if (date == null) {
            return;
        }
        try {
            Instant its = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            clockOffset = Duration.between(Instant.now(), its);
        } catch (DateTimeException e) {
            // of an intermediary, perhaps
        }
    }

    private ClusterException unreachable(ExecutionException thrown) {
        return ClusterException.unanswered(config.getMasterUrl(), thrown);
    }

    /** The time as the API server has it, to the second; null before it has said anything. */
    @Nullable
    Instant time() {
        Duration offset = clockOffset;
        return offset == null ? null : Instant.now().plus(offset);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // there is nobody left to tell
    private static void closeIfLate(CompletableFuture<HttpResponse<AsyncBody>> sent) {
        sent.thenAccept(late -> late.body().cancel());
    }

    /** Why a question went unanswered, without an address: it goes to people. */
    static String why(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ClusterUnknownException) {
            return String.valueOf(cause.getMessage());
        }
        return cause instanceof SocketTimeoutException || cause instanceof TimeoutException
                ? "the API server does not answer in time"
                : "the API server cannot be reached";
    }

    @Override
    public void close() {
        threads.shutdownNow();
        http.close();
    }
}
