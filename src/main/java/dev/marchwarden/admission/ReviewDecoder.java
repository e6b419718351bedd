package dev.marchwarden.admission;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.marchwarden.json.JsonStreams;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.reach.ReachTable;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an AdmissionReview in one pass, or in two where the object comes before its kind, and keeps what a decision needs. The order of fields makes no difference; what is not asked for is
 * skipped, but read to the end, so that a truncated or ill-formed review is never taken for a whole one.
 *
 * <p>One instance reads one review.
 */
public final class ReviewDecoder {
    static final String API_VERSION = "admission.k8s.io/v1";
    static final String KIND = "AdmissionReview";

    /** The API server sends a UUID. */
    private static final int MAX_UID_LENGTH = 256;

    private static final ObjectDecoder.Paths OBJECT = new ObjectDecoder.Paths("request.object");
    private static final ObjectDecoder.Paths OLD_OBJECT = new ObjectDecoder.Paths("request.oldObject");

    private final byte[] body;
    private final JsonParser parser;
    private final FieldReader in;
    private final ObjectDecoder objects;
    private final UserDecoder user;

    /** Known before the first field is read, in a second pass. */
    private final @Nullable KindTable known;

    private boolean hasRequest;
    /** An object came before the kind that says how it is to be read. */
    private boolean metObjectFirst;

    private DeclaredContent content = DeclaredContent.NONE;
    private DeclaredContent oldContent = DeclaredContent.NONE;

    private @Nullable String apiVersion;
    private @Nullable String reviewKind;
    private String uid = "";
    private String group = "";
    private String version = "";
    private String kind = "";
    private String resourceGroup = "";
    private String resource = "";
    private String subresource = "";
    private String name = "";
    private String namespace = "";
    private String operation = "";
    private boolean dryRun;
    private @Nullable ObjectSnapshot object;
    private @Nullable ObjectSnapshot oldObject;

    private ReviewDecoder(byte[] body, Set<String> guardedLabels, @Nullable KindTable known) throws IOException {
        this.body = body;
        this.parser = JsonStreams.SKIPPING.createParser(body);
        this.known = known;
        this.in = new FieldReader(parser);
        this.objects = new ObjectDecoder(in, guardedLabels);
        this.user = new UserDecoder(in);
    }

    /**
     * @param body the whole HTTP body; the caller bounds its size
     * @param guardedLabels keys of the labels to keep
     */
    public static AdmissionRequest decode(byte[] body, Set<String> guardedLabels) throws MalformedReviewException {
        if (InvalidUtf8.isIn(body)) {
            throw new MalformedReviewException("the body is not UTF-8 (expected: an AdmissionReview)");
        }
        try {
            ReviewDecoder first = new ReviewDecoder(body, guardedLabels, null);
            AdmissionRequest request = first.review();
            KindTable table = request.table();
            return first.metObjectFirst && table != null
                    ? new ReviewDecoder(body, guardedLabels, table).review()
                    : request;
        } catch (JsonProcessingException e) {
            throw new MalformedReviewException("the body is not JSON at line " + lineOf(e) + ", column " + columnOf(e)
                    + " (expected: an AdmissionReview)");
        } catch (IOException e) {
            throw new MalformedReviewException("the body cannot be read (expected: an AdmissionReview)");
        }
    }

    private AdmissionRequest review() throws IOException, MalformedReviewException {
        try (parser) {
            return readReview();
        }
    }

    private AdmissionRequest readReview() throws IOException, MalformedReviewException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new MalformedReviewException("the body is no JSON object (expected: an AdmissionReview)");
        }
        in.eachField("", field -> {
            switch (field) {
                case "apiVersion" -> apiVersion = in.text("apiVersion");
                case "kind" -> reviewKind = in.text("kind");
                case "request" -> {
                    hasRequest = in.atObject();
                    in.eachField("request", this::requestField);
                }
                default -> in.skip();
            }
        });
        if (parser.nextToken() != null) {
            throw new MalformedReviewException("something follows the AdmissionReview (expected: nothing)");
        }
        if (!API_VERSION.equals(apiVersion) || !KIND.equals(reviewKind)) {
            throw new MalformedReviewException("the body is no AdmissionReview of " + API_VERSION
                    + " (expected: apiVersion " + API_VERSION + ", kind " + KIND + ")");
        }
        if (!hasRequest || uid.isEmpty() || uid.length() > MAX_UID_LENGTH) {
            throw new MalformedReviewException(
                    "the AdmissionReview has no request with a uid (expected: request.uid of 1 to " + MAX_UID_LENGTH
                            + " characters)");
        }
        KindTable table = ReachTable.shipped().find(group, kind);
        return new AdmissionRequest(
                uid,
                group,
                version,
                kind,
                resource,
                subresource,
                name,
                namespace,
                operation,
                user.user(),
                dryRun,
                object,
                oldObject,
                table,
                !content.isSameAs(oldContent, body),
                in.problem() == null ? contradiction() : in.problem());
    }

    /**
     * Why it is not sure what the request is about, or null. Kind and resource may be of different groups (a Scale of a Deployment), but
     * what one of them calls a namespace the other does too.
     */
    private @Nullable String contradiction() {
        if (kind.isEmpty()) {
            return "request.kind is missing (expected: what this is about)";
        }
        if (resource.isEmpty()) {
            return null; // the kind says it
        }
        ReachTable reach = ReachTable.shipped();
        if (!group.equals(resourceGroup) && (reach.guards(group) || reach.guards(resourceGroup))) {
            return "request.kind is of group " + Quoted.of(group) + " and request.resource of "
                    + Quoted.of(resourceGroup) + " (expected: one group)";
        }
        boolean namespaceByKind = group.isEmpty() && kind.equals("Namespace");
        boolean namespaceByResource = resourceGroup.isEmpty() && resource.equals("namespaces");
        return namespaceByKind == namespaceByResource
                ? null
                : "request.kind is " + Quoted.of(kind) + " and request.resource " + Quoted.of(resource)
                        + " (expected: a namespace by both or by neither)";
    }

    private void requestField(String field) throws IOException {
        switch (field) {
            case "uid" -> uid = in.text("request.uid");
            case "kind" -> in.eachField("request.kind", this::kindField);
            case "resource" -> in.eachField("request.resource", this::resourceField);
            case "subResource" -> subresource = in.text("request.subResource");
            case "name" -> name = in.text("request.name");
            case "namespace" -> namespace = in.text("request.namespace");
            case "operation" -> operation = in.text("request.operation");
            case "userInfo" -> in.eachField("request.userInfo", user::field);
            case "object" -> {
                object = objects.read(OBJECT, table());
                content = objects.content();
            }
            case "oldObject" -> {
                oldObject = objects.read(OLD_OBJECT, table());
                oldContent = objects.content();
            }
            case "dryRun" -> dryRun = in.flag("request.dryRun");
            default -> in.skip();
        }
    }

    private @Nullable KindTable table() {
        metObjectFirst |= kind.isEmpty();
        return known != null ? known : ReachTable.shipped().find(group, kind);
    }

    private void kindField(String field) throws IOException {
        switch (field) {
            case "group" -> group = in.text("request.kind.group");
            case "version" -> version = in.text("request.kind.version");
            case "kind" -> kind = in.text("request.kind.kind");
            default -> in.skip();
        }
    }

    private void resourceField(String field) throws IOException {
        switch (field) {
            case "group" -> resourceGroup = in.text("request.resource.group");
            case "resource" -> resource = in.text("request.resource.resource");
            default -> in.skip();
        }
    }

    private static int lineOf(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    }

    private static int columnOf(JsonProcessingException e) {
        return e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
    }
}
