package dev.marchwarden.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Recorded reviews, grown to a size by what makes real objects large: the last applied configuration and managed fields. */
public final class Reviews {
    private static final String RECORDED = "/dev/marchwarden/cli/demo/admission-reviews/";
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Bytes of the bodies that design and documents speak of. */
    public static final List<Integer> SIZES = List.of(2_000, 10_000, 100_000);

    private Reviews() {}

    /** What is asked, and what must come back. */
    public enum Scene {
        /** The UPDATE of a namespace by which it joins a usergroup, made by a cluster admin. */
        ALLOW("guide/008-UPDATE-namespaces-app-ns-1-app-ns-1.json"),
        /** The same by somebody who may not. */
        DENY("guide/008-UPDATE-namespaces-app-ns-1-app-ns-1.json"),
        /** Something that no rule is about: a Service. */
        OTHER("guide/011-CREATE-services-app-ns-1-curl.json"),
        /** A Deployment of a member namespace. */
        WORKLOAD("guide/012-CREATE-deployments-app-ns-1-curl.json"),
        /** A VirtualService with many routes, none of which leaves its usergroup. */
        ROUTES("crossing/046-CREATE-virtualservices-app-ns-1-httpbin-v1.json"),
        /** The same, but for one route. */
        CROSSING("crossing/046-CREATE-virtualservices-app-ns-1-httpbin-v1.json"),
        /** An AuthorizationPolicy that lets in many identities of its usergroup. */
        IDENTITIES("crossing/058-CREATE-authorizationpolicies-app-ns-1-allow.json"),
        /** An EnvoyFilter with many patches, by a cluster admin. */
        PATCHES("crossing/055-CREATE-envoyfilters-app-ns-1-raw.json");

        private final String file;

        Scene(String file) {
            this.file = file;
        }

        boolean isDenied() {
            return this == DENY || this == CROSSING;
        }
    }

    /** A review of about so many bytes, and of no fewer than were recorded. */
    public static byte[] of(Scene scene, int bytes) {
        try {
            ObjectNode review = (ObjectNode) JSON.readTree(resource(scene.file));
            ObjectNode request = (ObjectNode) review.get("request");
            if (scene == Scene.DENY) {
                request.putObject("userInfo")
                        .put("username", "mallory")
                        .putArray("groups")
                        .add("team-9")
                        .add("system:authenticated");
            }
            if (request.path("object").path("spec") instanceof ObjectNode spec) {
                fill(scene, request, spec, bytes);
            }
            int missing = bytes - JSON.writeValueAsBytes(review).length;
            boolean both = request.get("oldObject") instanceof ObjectNode;
            for (String state : List.of("object", "oldObject")) {
                if (missing > 200 && request.get(state) instanceof ObjectNode object) {
                    grow((ObjectNode) object.get("metadata"), both ? missing / 2 : missing);
                }
            }
            return JSON.writeValueAsBytes(review);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file beside the recorded reviews. */
    static byte[] resource(String name) throws IOException {
        try (InputStream in = Reviews.class.getResourceAsStream(RECORDED + name)) {
            if (in == null) {
                throw new IOException(name + " is not among the recorded reviews");
            }
            return in.readAllBytes();
        }
    }

    /** Configuration grows by what it says. */
    private static void fill(Scene scene, ObjectNode request, ObjectNode spec, int bytes) throws IOException {
        switch (scene) {
            case ROUTES, CROSSING -> {
                ArrayNode routes = spec.putArray("http");
                if (scene == Scene.CROSSING) {
                    route(routes, "httpbin.app-ns-2.svc.cluster.local");
                }
                int each = route(routes, "httpbin.app-ns-1.svc.cluster.local");
                for (int left = bytes - size(request); left > each; left -= each) {
                    route(routes, "httpbin.app-ns-1.svc.cluster.local");
                }
            }
            case IDENTITIES -> {
                ArrayNode principals = spec.putArray("rules")
                        .addObject()
                        .putArray("from")
                        .addObject()
                        .putObject("source")
                        .putArray("principals");
                for (int left = bytes - size(request); left > 0; left -= 45) {
                    principals.add("cluster.local/ns/app-ns-1/sa/client-" + (left % 100_000));
                }
            }
            case PATCHES -> {
                request.withObject("/userInfo").putArray("groups").add("system:masters");
                JsonNode patch = spec.path("configPatches").path(0);
                ArrayNode patches = spec.putArray("configPatches");
                for (int left = bytes - size(request); left > 0; left -= size(patch) + 1) {
                    patches.add(patch);
                }
            }
            default -> {}
        }
    }

    private static int size(JsonNode node) throws IOException {
        return JSON.writeValueAsBytes(node).length;
    }

    /** About as much as people write of a route. */
    private static int route(ArrayNode routes, String host) throws IOException {
        ObjectNode route =
                routes.addObject().put("name", "route-" + routes.size()).put("timeout", "5s");
        ObjectNode match = route.putArray("match").addObject();
        match.putObject("uri").put("prefix", "/api/v" + routes.size());
        match.putObject("headers").putObject("x-stage").put("exact", "canary");
        ObjectNode destination =
                route.putArray("route").addObject().put("weight", 100).putObject("destination");
        destination.put("host", host).put("subset", "v1").putObject("port").put("number", 8000);
        route.putObject("retries").put("attempts", 3).put("retryOn", "5xx");
        return size(route) + 1;
    }

    /** A third into an annotation that holds JSON as text, with its many escapes; the rest into managed fields. */
    private static void grow(ObjectNode metadata, int bytes) {
        metadata.withObject("/annotations").put(LAST_APPLIED, applied(bytes / 3));
        ArrayNode managed = metadata.withArray("/managedFields");
        int left = bytes - bytes / 3;
        for (int manager = 0; left > 0; manager++) {
            ObjectNode entry = managed.addObject()
                    .put("manager", "controller-" + manager)
                    .put("operation", "Update")
                    .put("apiVersion", "v1")
                    .put("time", "2026-11-22T07:00:08Z")
                    .put("fieldsType", "FieldsV1");
            ObjectNode annotations =
                    entry.putObject("fieldsV1").putObject("f:metadata").putObject("f:annotations");
            annotations.putObject(".");
            left -= 180;
            for (int field = 0; field < 40 && left > 0; field++) {
                String name = "f:policy.controller-" + manager + ".example.com/setting-" + field;
                annotations.putObject(name);
                left -= name.length() + 6;
            }
        }
    }

    private static String applied(int bytes) {
        StringBuilder text =
                new StringBuilder(bytes + 100).append("{\"apiVersion\":\"v1\",\"metadata\":{\"annotations\":{");
        // Each quote becomes two bytes on the wire.
        for (int field = 0; text.length() * 10 / 9 < bytes; field++) {
            text.append("\"team.example.com/contact-")
                    .append(field)
                    .append("\":\"platform team, floor ")
                    .append(field)
                    .append("\",");
        }
        return text.append("\"z\":\"\"}}}\n").toString();
    }

    /** What the body of the answer to such a review begins with. */
    static byte[] answer(Scene scene, byte[] review) {
        try {
            return ("{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\",\"response\":{\"uid\":"
                            + JSON.readTree(review).at("/request/uid") + ",\"allowed\":" + !scene.isDenied())
                    .getBytes(UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The HTTP/1.1 request that an API server sends with such a review. */
    static byte[] http(byte[] review) {
        byte[] head =
                ("POST /validate?timeout=10s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: kube-apiserver-admission\r\n"
                                + "Content-Length: " + review.length
                                + "\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n")
                        .getBytes(UTF_8);
        byte[] request = new byte[head.length + review.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(review, 0, request, head.length, review.length);
        return request;
    }
}
