package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.admission.UserInfo;
import dev.marchwarden.standin.store.Json;
import dev.marchwarden.standin.store.ObjectStore;
import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.ResourceTable;
import dev.marchwarden.standin.store.Selection;
import dev.marchwarden.standin.store.StatusException;
import java.util.concurrent.ExecutorService;

/** Empties namespaces that are being deleted, says so in their status and lets them go; and tries again where that is denied. */
final class NamespaceController implements Controllers.Controller {
    private static final UserInfo USER = UserInfo.controller("namespace-controller");
    private static final long FIRST_RETRY = 20;
    private static final long LAST_RETRY = 1_000;

    private final ObjectStore store;
    private final ResourceTable table;
    private final Resource namespaces;
    private final Writes writes;
    private final Deletions deletions;
    private final ExecutorService threads;

    NamespaceController(
            ObjectStore store, ResourceTable table, Writes writes, Deletions deletions, ExecutorService threads) {
        this.store = store;
        this.table = table;
        this.namespaces = table.named("namespaces");
        this.writes = writes;
        this.deletions = deletions;
        this.threads = threads;
    }

    @Override
    public void changed(Resource resource, ObjectNode object) {
        // those that have content left have a thread already
        if (resource.isNamespaces()
                && object.path("metadata").has("deletionTimestamp")
                && !object.path("status").has("conditions")) {
            threads.execute(() -> end(Json.text(object, "/metadata/name")));
        }
    }

    private void end(String name) {
        try {
            for (long pause = FIRST_RETRY; !isEnded(name); pause = Math.min(2 * pause, LAST_RETRY)) {
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isEnded(String name) {
        ObjectNode namespace = store.find(namespaces, "", name);
        if (namespace == null) {
            return true;
        }
        try {
            boolean empty = true;
            for (Resource each : table.all()) {
                if (each.namespaced() && !store.all(each, Selection.in(name)).isEmpty()) {
                    Target contents = new Target(each, each.versions().getFirst(), name, "", "");
                    deletions.deleteAll(ApiRequest.by(USER, "DELETE", contents, Json.object()));
                    empty &= store.all(each, Selection.in(name)).isEmpty();
                }
            }
            ObjectNode status = namespace.deepCopy();
            ObjectNode condition =
                    status.withObjectProperty("status").putArray("conditions").addObject();
            condition.put("type", "NamespaceContentRemaining").put("status", empty ? "False" : "True");
            update(name, "status", status);
            if (empty) {
                ObjectNode last = store.existing(namespaces, "", name).deepCopy();
                last.withObjectProperty("spec").putArray("finalizers");
                update(name, "finalize", last);
            }
            return empty && store.find(namespaces, "", name) == null;
        } catch (StatusException e) {
            return false;
        }
    }

    private void update(String name, String subresource, ObjectNode namespace) throws StatusException {
        ((ObjectNode) namespace.get("metadata")).remove("resourceVersion");
        Target target = new Target(namespaces, "v1", "", name, subresource);
        writes.update(ApiRequest.by(USER, "PUT", target, namespace));
    }
}
