package dev.marchwarden.server;

import dev.marchwarden.admission.Admission;
import dev.marchwarden.admission.MalformedReviewException;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.ReviewEncoder;
import dev.marchwarden.admission.TraceParent;
import dev.marchwarden.admission.Webhook;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers one review: bytes in, decision, bytes out, one line in the log. */
final class ReviewHandler {
    /**
     * Bytes from which on a review is read off the event loop: one of 3 MB takes tens of milliseconds, in which its loop would answer nobody
     * else. Smaller ones take less than the way to another thread and back is worth.
     */
    static final int LARGE = 256 << 10;

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final Webhook webhook;
    private final Admission admission;
    private final Drain drain;
    private final Metrics metrics;
    private final DecisionLog decisions;
    private final Consumer<Outcome> observer;
    private final InstantSource clock;
    private final WorkerExecutor largeReviews;
    private final BodyBudget budget;

    ReviewHandler(
            Webhook webhook,
            Admission admission,
            Drain drain,
            Metrics metrics,
            DecisionLog decisions,
            Consumer<Outcome> observer,
            InstantSource clock,
            WorkerExecutor largeReviews,
            BodyBudget budget) {
        this.webhook = webhook;
        this.admission = admission;
        this.drain = drain;
        this.metrics = metrics;
        this.decisions = decisions;
        this.observer = observer;
        this.clock = clock;
        this.largeReviews = largeReviews;
        this.budget = budget;
    }

    /**
     * @param body all of it
     */
    void answer(RoutingContext context, byte[] body) {
        long start = System.nanoTime();
        if (body.length >= LARGE) {
            Context own = Vertx.currentContext();
            var decided = // never with null, which the executor's type allows
                    largeReviews.executeBlocking(() -> admission.decide(webhook, body), false);
            budget.keep(context, body.length, decided);
            answerLater(context, decided.compose(outcome -> Future.fromCompletionStage(outcome, own)), start);
            return;
        }
        try {
            CompletableFuture<Outcome> outcome = admission.decide(webhook, body).toCompletableFuture();
            if (outcome.isDone()) {
                answer(context, outcome.join(), start);
            } else {
                answerLater(context, Future.fromCompletionStage(outcome, Vertx.currentContext()), start);
            }
        } catch (MalformedReviewException e) {
            refuse(context, e);
        }
    }

    private void answerLater(RoutingContext context, Future<Outcome> outcome, long start) {
        // map, not onSuccess: what it throws is a failure of the request, and not one that nobody answers for.
        outcome.map(decided -> {
                    answer(context, decided, start);
                    return decided;
                })
                .onFailure(e -> {
                    if (e instanceof MalformedReviewException malformed) {
                        refuse(context, malformed);
                    } else {
                        context.fail(e);
                    }
                });
    }

    private void refuse(RoutingContext context, MalformedReviewException e) {
        metrics.malformed();
        HttpError.answer(context, drain, 400, e.getMessage());
    }

    private static @Nullable TraceParent trace(RoutingContext context) {
        MultiMap headers = context.request().headers();
        return headers.contains(TraceParent.HEADER)
                ? TraceParent.of(headers.getAll(TraceParent.HEADER)).orElse(null)
                : null;
    }

    private void answer(RoutingContext context, Outcome outcome, long start) {
        byte[] answer = ReviewEncoder.encode(outcome);
        long nanos = System.nanoTime() - start;
        decisions.record(outcome, clock.instant(), nanos / 1_000, trace(context));
        metrics.decided(outcome, nanos);
        observer.accept(outcome);
        HttpServerResponse response = context.response();
        if (response.closed()) {
            return; // whoever asked has gone; the decision is on record all the same
        }
        drain.beforeAnswer(context);
        response.putHeader(HttpHeaders.CONTENT_TYPE, JSON).end(Buffer.buffer(answer));
    }
}
