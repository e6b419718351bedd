package dev.marchwarden.standin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.standin.store.Resource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who act on what users write: told of each write that came by HTTP once it is stored. */
final class Controllers {
    /** One of them. */
    interface Controller {
        default void changed(Resource resource, ObjectNode object) {}

        default void gone(Resource resource, ObjectNode object) {}
    }

    private final List<Controller> all = new CopyOnWriteArrayList<>();

    void add(Controller controller) {
        all.add(controller);
    }

    void changed(Resource resource, ObjectNode object) {
        all.forEach(each -> each.changed(resource, object));
    }

    void gone(Resource resource, ObjectNode object) {
        all.forEach(each -> each.gone(resource, object));
    }
}
