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

/** Deletes what was owned by what is gone. */
final class GarbageCollector implements Controllers.Controller {
    private static final UserInfo USER = UserInfo.controller("generic-garbage-collector");

    private final ObjectStore store;
    private final ResourceTable table;
    private final Deletions deletions;
    private final ExecutorService threads;

    GarbageCollector(ObjectStore store, ResourceTable table, Deletions deletions, ExecutorService threads) {
        this.store = store;
        this.table = table;
        this.deletions = deletions;
        this.threads = threads;
    }

    @Override
    public void gone(Resource resource, ObjectNode object) {
        if (!resource.isNamespaces()) {
            threads.execute(() -> deleteOwnedBy(Json.text(object, "/metadata/uid")));
        }
    }

    private void deleteOwnedBy(String uid) {
        for (Resource each : table.all()) {
            for (ObjectNode object : store.all(each, Selection.in(""))) {
                boolean owned = object.path("metadata")
                        .path("ownerReferences")
                        .valueStream()
                        .anyMatch(owner -> owner.path("uid").asText().equals(uid));
                if (owned) {
                    Target target = new Target(
                            each,
                            each.versions().getFirst(),
                            Json.text(object, "/metadata/namespace"),
                            Json.text(object, "/metadata/name"),
                            "");
                    delete(target);
                }
            }
        }
    }

    private void delete(Target target) {
        try {
            deletions.delete(ApiRequest.by(USER, "DELETE", target, Json.object()));
        } catch (StatusException e) {
            // not admitted, or gone already: an orphan is all that comes of it
        }
    }
}
