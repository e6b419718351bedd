package dev.marchwarden.realcluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.admission.NamespaceReview;
import dev.marchwarden.standin.Eventually;
import dev.marchwarden.tools.ToolRun;
import java.util.List;

/**
 * Puts namespaces into states that nobody could bring about with Marchwarden there: by a user whom the tenancy exempts, which is whom
 * Kubernetes deletes namespaces by.
 */
final class NamespaceStates {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PATH = "/api/v1/namespaces";
    private static final String HOLD = "{\"metadata\":{\"finalizers\":[\"test.marchwarden.dev/hold\"]}}";
    private static final String RELEASE = "{\"metadata\":{\"finalizers\":null}}";

    /** The watch brings what is written a moment later; only what other namespaces are like is known from there. */
    private static final int WATCH_LAG_MILLIS = 150;

    private final Kubectl admin;
    private final Kubectl exempt;

    NamespaceStates(Kubectl admin) {
        this.admin = admin;
        this.exempt = admin.as(
                "system:serviceaccount:kube-system:namespace-controller",
                List.of("system:masters", "system:serviceaccounts"));
    }

    /** Makes a namespace what a review says that it was; to be closed when it is to be again what it is now. */
    AutoCloseable during(NamespaceReview review) throws Exception {
        ObjectNode wanted = review.oldObject();
        if (wanted == null) {
            return () -> {};
        }
        String name = review.name();
        ObjectNode before = (ObjectNode) JSON.readTree(exempt.must("get", "--raw", PATH + "/" + name));
        ((ObjectNode) before.path("metadata")).remove(List.of("resourceVersion", "uid", "managedFields"));
        boolean terminating = wanted.path("metadata").has("deletionTimestamp");
        boolean other = !labels(wanted).equals(labels(before));
        if (other) {
            ObjectNode alive = wanted.deepCopy();
            ((ObjectNode) alive.path("metadata")).remove("deletionTimestamp");
            replace(alive, name);
        }
        if (terminating) {
            exempt.must("patch", "namespace", name, "--type=merge", "-p", HOLD);
            exempt.must("delete", "namespace", name, "--wait=false");
        }
        Thread.sleep(other || terminating ? WATCH_LAG_MILLIS : 0);
        return () -> {
            if (terminating) {
                finish(name);
                exempt.mustReading(before.toString(), "create", "--raw", PATH, "-f", "-");
            } else if (other) {
                replace(before, name);
            }
        };
    }

    /** As the namespace controller does, which need not be there. */
    private void finish(String name) throws Exception {
        exempt.must("patch", "namespace", name, "--type=merge", "-p", RELEASE);
        Eventually.await(name + " is gone", () -> {
            ToolRun left = admin.run("get", "--raw", PATH + "/" + name);
            if (left.err().contains("NotFound")) {
                return true;
            }
            ObjectNode namespace = (ObjectNode) JSON.readTree(left.out().getBytes(UTF_8));
            namespace.putObject("spec");
            exempt.reading(
                    namespace.toString(), List.of("replace", "--raw", PATH + "/" + name + "/finalize", "-f", "-"));
            return false;
        });
    }

    private void replace(ObjectNode namespace, String name) throws Exception {
        exempt.mustReading(namespace.toString(), "replace", "--raw", PATH + "/" + name, "-f", "-");
    }

    private static JsonNode labels(ObjectNode namespace) {
        JsonNode labels = namespace.path("metadata").path("labels").deepCopy();
        if (labels instanceof ObjectNode object) {
            object.remove("kubernetes.io/metadata.name");
            return object;
        }
        return JSON.createObjectNode();
    }
}
