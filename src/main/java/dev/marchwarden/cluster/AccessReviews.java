package dev.marchwarden.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.marchwarden.cluster.ApiServer.Reply;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.policy.ClusterUnknownException;
import dev.marchwarden.policy.Requirement;
import dev.marchwarden.policy.Rights;
import dev.marchwarden.policy.User;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Asks the cluster's own authorizer, by SubjectAccessReviews about the resource {@code usergroups.marchwarden.dev} of the usergroup's name.
 * Answers hold for a few seconds, which is how long a right that is taken away may still be used; that there was none is never kept.
 */
final class AccessReviews implements Rights {
    private static final String PATH = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final int MOST_KEPT = 4_096;
    private static final int MOST_AT_ONCE = 64;
    /** @param user digest of all that the authorizer is told of them */
    private record Question(String user, Requirement requirement) {}

    private record Kept(CompletableFuture<Boolean> answer, long askedAt) {}

    private final ApiServer api;
    private final Duration deadline;
    private final LongSupplier nanoTime;
    private final Semaphore slots = new Semaphore(MOST_AT_ONCE);
    private final LongAdder asked = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** Least recently asked first; guarded by itself. */
    private final Map<Question, Kept> kept = new LinkedHashMap<>(64, 0.75f, false) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
            return size() > MOST_KEPT;
        }
    };

    AccessReviews(ApiServer api, Duration deadline, LongSupplier nanoTime) {
        this.api = api;
        this.deadline = deadline;
        this.nanoTime = nanoTime;
    }

    long asked() {
        return asked.sum();
    }

    long failed() {
        return failed.sum();
    }

    @Override
    public CompletionStage<Rights.Answer> granted(User user, Set<Requirement> requirements) {
        String digest = digest(user);
        ConcurrentMap<Requirement, Boolean> granted = new ConcurrentHashMap<>();
        AtomicReference<String> problem = new AtomicReference<>();
        List<CompletableFuture<Void>> all = requirements.stream()
                .map(requirement -> answer(new Question(digest, requirement), user)
                        .copy()
                        .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                        .<Void>handle((yes, thrown) -> {
                            if (thrown != null) {
                                failed.increment();
                                problem.set(ApiServer.why(thrown));
                            } else if (yes) {
                                granted.put(requirement, true);
                            }
                            return null;
                        }))
                .toList();
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> new Rights.Answer(granted.keySet(), problem.get()));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what comes of it goes into own
    private CompletableFuture<Boolean> answer(Question question, User user) {
        CompletableFuture<Boolean> own = new CompletableFuture<>();
        Kept mine = new Kept(own, nanoTime.getAsLong());
        synchronized (kept) {
            Kept before = kept.get(question);
            if (before != null && mine.askedAt() - before.askedAt() < FRESH.toNanos()) {
                return before.answer();
            }
            kept.remove(question); // so that it is the last in order
            kept.put(question, mine);
        }
        ask(question.requirement(), user).whenComplete((yes, thrown) -> {
            if (thrown == null) {
                own.complete(yes);
                return;
            }
            synchronized (kept) {
                kept.remove(question, mine);
            }
            own.completeExceptionally(thrown);
        });
        return own;
    }

    private CompletableFuture<Boolean> ask(Requirement requirement, User user) {
        if (!slots.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new ClusterUnknownException("more than " + MOST_AT_ONCE + " such questions are open"));
        }
        asked.increment();
        CompletableFuture<Reply> answer;
        try {
            answer = api.ask(PATH, review(requirement, user), deadline);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e); // closed
        }
        return answer.whenComplete((done, thrown) -> slots.release()).thenApply(AccessReviews::read);
    }

    private static byte[] review(Requirement requirement, User user) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonStreams.WIRE.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("apiVersion", "authorization.k8s.io/v1");
            json.writeStringField("kind", "SubjectAccessReview");
            json.writeObjectFieldStart("spec");
            json.writeObjectFieldStart("resourceAttributes");
            json.writeStringField("group", "marchwarden.dev");
            json.writeStringField("resource", "usergroups");
            json.writeStringField("name", requirement.usergroup());
            json.writeStringField("verb", requirement.verb().name().toLowerCase(Locale.ROOT));
            json.writeEndObject();
            subject(json, user);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void subject(JsonGenerator json, User user) throws IOException {
        json.writeStringField("user", user.name());
        json.writeStringField("uid", user.uid());
        texts(json, "groups", user.groups());
        json.writeObjectFieldStart("extra");
        for (Map.Entry<String, List<String>> each : new TreeMap<>(user.extra()).entrySet()) {
            texts(json, each.getKey(), each.getValue());
        }
        json.writeEndObject();
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }

    /** Of the subject as it is sent, so that what makes a difference to the authorizer makes one here. */
    private static String digest(User user) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JsonStreams.WIRE.createGenerator(bytes)) {
            json.writeStartObject();
            subject(json, user);
            json.writeEndObject();
            json.flush();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }

    /** Yes only where the answer says so, in so many words. */
    private static boolean read(Reply answer) {
        if (answer.status() == 200 || answer.status() == 201) {
            try (JsonParser in = JsonStreams.WIRE.createParser(answer.body())) {
                return allowed(in);
            } catch (IOException e) {
                // an answer, but none to this question
            }
        }
        throw new ClusterUnknownException("the API server answers with HTTP " + answer.status());
    }

    private static boolean allowed(JsonParser in) throws IOException {
        String kind = "";
        Boolean allowed = null;
        if (in.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("no object");
        }
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            JsonToken value = in.nextToken();
            if (field.equals("kind")) {
                kind = in.getText();
            } else if (field.equals("status") && value == JsonToken.START_OBJECT) {
                allowed = allowedOf(in);
            } else {
                in.skipChildren();
            }
        }
        if (!kind.equals("SubjectAccessReview") || allowed == null) {
            throw new IOException("no answered SubjectAccessReview");
        }
        return allowed;
    }

    private static boolean allowedOf(JsonParser in) throws IOException {
        boolean allowed = false;
        boolean denied = false;
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            in.nextToken();
            switch (field) {
                case "allowed" -> allowed = in.getBooleanValue();
                case "denied" -> denied = in.getBooleanValue();
                default -> in.skipChildren();
            }
        }
        return allowed && !denied;
    }
}
