package dev.marchwarden.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.json.JsonPatch;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API server, for everything but the webhook's decisions. Every method throws {@link ClusterException}, whose message is one line.
 *
 * <p>A namespace is empty for objects that have none, and for all namespaces where several objects are asked for.
 */
public final class ClusterClient implements AutoCloseable {
    /** Who applies, as the API server records it with each field. */
    public static final String FIELD_MANAGER = "marchwarden";

    /**
     * Once the API server has answered, a request that is not answered, or answered with 429 or 5xx, is sent again, after twice as long each
     * time. Before that it fails at once where nobody answers: most often the address is wrong, or the server is down.
     */
    private static final int RETRIES = 4;

    private static final int FIRST_RETRY_MILLIS = 200;

    private final ClusterConfig config;
    private final KubernetesClient client;
    private final Duration timeout;
    private volatile boolean hasAnswered;

    /** @param timeout of each request */
    public ClusterClient(ClusterConfig config, Duration timeout) {
        this.config = config;
        this.timeout = timeout;
        Config its = config.config();
        its.setRequestRetryBackoffLimit(0);
        its.setRequestRetryBackoffInterval(FIRST_RETRY_MILLIS);
        its.setRequestTimeout((int) timeout.toMillis());
        this.client = new KubernetesClientBuilder()
                .withConfig(its)
                .withKubernetesSerialization(ModelJson.LIBRARY)
                .withHttpClientFactory(config.factory())
                .withHttpClientBuilderConsumer(config::withCredentials)
                .build();
    }

    /** The API server's address, for messages. */
    public String server() {
        return config.server();
    }

    /** For exec, port-forward and what else this class does not have; call it inside of {@link #call}. */
    public KubernetesClient library() {
        return client;
    }

    /**
     * Any call of the library.
     *
     * @param asked for messages: {@code exec in Pod shop/web}
     */
    public <T extends @Nullable Object> T call(String asked, Supplier<T> request) throws ClusterException {
        return attempt(() -> {
            try {
                return request.get();
            } catch (RuntimeException e) {
                throw RequestFailure.of(server(), asked, e);
            }
        });
    }

    private interface Request<T extends @Nullable Object> {
        T send() throws ClusterException;
    }

    private <T extends @Nullable Object> T attempt(Request<T> request) throws ClusterException {
        boolean isFirst = !hasAnswered;
        try {
            T answer = request.send();
            retryFromNowOn();
            return answer;
        } catch (ClusterException e) {
            if (e.isUnanswered()) {
                throw e;
            }
            retryFromNowOn();
            if (isFirst && e.isTemporary()) {
                return request.send();
            }
            throw e;
        }
    }

    private void retryFromNowOn() {
        if (!hasAnswered) {
            hasAnswered = true;
            config.config().setRequestRetryBackoffLimit(RETRIES);
        }
    }

    /** Null where there is no such object, or the API server does not serve the kind. */
    public <T extends HasMetadata> @Nullable T find(Kind<T> kind, String namespace, String name)
            throws ClusterException {
        return call(
                "get " + kind.titled(namespace, name),
                () -> in(kind, namespace).withName(name).get());
    }

    /** The same, as it is stored. */
    public @Nullable JsonNode findTree(Kind<?> kind, String namespace, String name) throws ClusterException {
        GenericKubernetesResource there = find(kind.untyped(), namespace, name);
        return there == null ? null : tree(there);
    }

    /**
     * All objects of a kind; none where the API server does not serve the kind.
     *
     * @param selector of labels; empty for any
     */
    public <T extends HasMetadata> List<T> list(Kind<T> kind, String namespace, String selector)
            throws ClusterException {
        return list(kind, namespace, selector, Function.identity());
    }

    /**
     * The same for what there may be very many of: objects are read one by one, in pages of a few megabytes.
     *
     * @param part what is kept of each object
     */
    public <T extends HasMetadata, R> List<R> list(
            Kind<T> kind, String namespace, String selector, Function<? super T, ? extends R> part)
            throws ClusterException {
        return this.<T, List<R>>gather(
                kind, namespace, selector, ArrayList::new, (parts, object) -> parts.add(part.apply(object)));
    }

    /**
     * The same, where not even a part of each object is kept.
     *
     * @param begin for what nothing was added to, each time that the list has to be read from its beginning
     * @param each adds an object
     */
    public <T extends HasMetadata, A> A gather(
            Kind<T> kind, String namespace, String selector, Supplier<A> begin, BiConsumer<? super A, ? super T> each)
            throws ClusterException {
        return attempt(
                () -> new PagedList<>(client, server(), timeout, kind, "").read(namespace, selector, begin, each));
    }

    /** The same, of objects as they are stored. */
    public List<JsonNode> listTrees(Kind<?> kind, String namespace) throws ClusterException {
        return list(kind.untyped(), namespace, "", ClusterClient::tree);
    }

    /** The same, of all objects that have one name, each in another namespace: RBAC can limit a list to a name. */
    public <R> List<R> listNamed(Kind<?> kind, String name, Function<? super JsonNode, ? extends R> part)
            throws ClusterException {
        return attempt(() -> new PagedList<>(client, server(), timeout, kind.untyped(), name)
                .<List<R>>read("", "", ArrayList::new, (parts, object) -> parts.add(part.apply(tree(object)))));
    }

    /** Asks the API server and its webhooks whether they would take a new object; nothing is stored. */
    public <T extends HasMetadata> void createInDryRun(Kind<T> kind, T object) throws ClusterException {
        call(
                "create "
                        + kind.titled(
                                ObjectMetadata.namespace(object),
                                object.getMetadata().getGenerateName()) + " in a dry run",
                () -> in(kind, ObjectMetadata.namespace(object))
                        .resource(object)
                        .dryRun()
                        .create());
    }

    /** Creates or changes an object by a server-side apply as {@link #FIELD_MANAGER}, and takes over fields that others have set. */
    public JsonNode apply(JsonNode manifest) throws ClusterException {
        return apply(
                Kind.named(
                        manifest.path("apiVersion").asText(),
                        manifest.path("kind").asText()),
                manifest);
    }

    /** The same for an object of a kind that {@link Kind#named} does not know. */
    public JsonNode apply(Kind<?> of, JsonNode manifest) throws ClusterException {
        GenericKubernetesResource desired = ModelJson.MAPPER.convertValue(manifest, GenericKubernetesResource.class);
        Kind<GenericKubernetesResource> kind = of.untyped();
        String namespace = ObjectMetadata.namespace(desired);
        String name = desired.getMetadata().getName();
        return tree(call(
                "apply " + kind.titled(namespace, name),
                () -> in(kind, namespace)
                        .resource(desired)
                        .fieldManager(FIELD_MANAGER)
                        .forceConflicts()
                        .serverSideApply()));
    }

    /**
     * Merges fields into an object (RFC 7396). Fails with a conflict where the object has changed since it was read.
     *
     * @param before the object as it was read
     * @param change null for a field that is removed
     */
    public JsonNode merge(Kind<?> kind, HasMetadata before, ObjectNode change) throws ClusterException {
        ObjectNode patch = change.deepCopy();
        patch.withObject("/metadata")
                .put("resourceVersion", before.getMetadata().getResourceVersion());
        return patch(kind, ObjectMetadata.namespace(before), ObjectMetadata.name(before), PatchType.JSON_MERGE, patch);
    }

    /**
     * Changes an object by a JSON Patch (RFC 6902). Fails with a conflict where the object has changed since it was read.
     *
     * @param before the object as it was read
     */
    public JsonNode patch(Kind<?> kind, JsonNode before, JsonPatch operations) throws ClusterException {
        String version = "/metadata/resourceVersion";
        JsonPatch patch = new JsonPatch().replace(version, before.at(version)).then(operations);
        return patch(kind, ObjectMetadata.namespace(before), ObjectMetadata.name(before), PatchType.JSON, patch);
    }

    private JsonNode patch(Kind<?> kind, String namespace, String name, PatchType type, Object patch)
            throws ClusterException {
        return tree(call(
                "patch " + kind.titled(namespace, name),
                () -> in(kind.untyped(), namespace).withName(name).patch(PatchContext.of(type), patch.toString())));
    }

    /** Deletes this very object: one that is gone, or another one of the same name, is left alone. */
    public void delete(Kind<?> kind, HasMetadata object) throws ClusterException {
        String namespace = ObjectMetadata.namespace(object);
        String name = object.getMetadata().getName();
        try {
            call(
                    "delete " + kind.titled(namespace, name),
                    () -> client.raw(
                            kind.path(namespace) + "/" + name,
                            "DELETE",
                            new DeleteOptionsBuilder()
                                    .withApiVersion("v1")
                                    .withKind("DeleteOptions")
                                    .withPropagationPolicy("Background")
                                    .withNewPreconditions()
                                    .withUid(object.getMetadata().getUid())
                                    .endPreconditions()
                                    .build()));
        } catch (ClusterException e) {
            if (!e.isMissing()) {
                throw e;
            }
        }
    }

    /**
     * Whether these credentials may do something.
     *
     * @param name empty for any object
     */
    public boolean permits(String verb, Kind<?> kind, String namespace, String name) throws ClusterException {
        SelfSubjectAccessReview review = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb(verb)
                .withGroup(kind.group())
                .withResource(kind.plural())
                .withNamespace(namespace.isEmpty() ? null : namespace)
                .withName(name.isEmpty() ? null : name)
                .endResourceAttributes()
                .endSpec()
                .build();
        SelfSubjectAccessReview answer = call(
                "ask whether " + verb + " is allowed for " + kind.collection(namespace),
                () -> client.resource(review).create());
        return answer.getStatus() != null
                && Boolean.TRUE.equals(answer.getStatus().getAllowed())
                && !Boolean.TRUE.equals(answer.getStatus().getDenied());
    }

    /** {@code v1.35.2}. */
    public String version() throws ClusterException {
        return call("get /version", () -> client.getKubernetesVersion().getGitVersion());
    }

    private <T extends HasMetadata> NonNamespaceOperation<T, ?, Resource<T>> in(Kind<T> kind, String namespace) {
        MixedOperation<T, ?, Resource<T>> all = operation(kind);
        return namespace.isEmpty() || !kind.namespaced() ? all : all.inNamespace(namespace);
    }

    @SuppressWarnings("unchecked") // a kind whose type is generic is of that type
    private <T extends HasMetadata> MixedOperation<T, ?, Resource<T>> operation(Kind<T> kind) {
        return kind.type() == GenericKubernetesResource.class
                ? (MixedOperation<T, ?, Resource<T>>)
                        (MixedOperation<?, ?, ?>) client.genericKubernetesResources(kind.context())
                : client.resources(kind.type());
    }

    /** A tree as an object of the library. Throws {@link IllegalArgumentException} where a field is of another type than the kind has it. */
    public static <T extends HasMetadata> T object(Kind<T> kind, JsonNode tree) {
        return ModelJson.MAPPER.convertValue(tree, kind.type());
    }

    /** An object of the library as a tree. */
    public static JsonNode tree(HasMetadata object) {
        return ModelJson.MAPPER.valueToTree(object);
    }

    @Override
    public void close() {
        client.close();
    }
}
