package dev.marchwarden.standin;

import dev.marchwarden.standin.store.Resource;
import dev.marchwarden.standin.store.StatusException;
import java.util.Map;

/** Who answers what. */
record Routes(Faults faults, Reads reads, Writes writes, Deletions deletions, AccessReviews accessReviews) {

    /** The answer to all but a watch. */
    Reply answer(Call call, ApiRequest request) throws StatusException {
        Target target = request.target();
        return switch (call) {
            case LIST -> {
                if (request.query().containsKey("continue")) {
                    faults.beforePage();
                }
                yield reads.list(target, request.query());
            }
            case GET, WATCH -> reads.get(target);
            case ACCESS_REVIEW -> accessReviews.answer(request);
            case CONNECT -> throw StatusException.badRequest("Upgrade request required");
            case WRITE ->
                switch (request.method()) {
                    case "POST" -> writes.create(request);
                    case "PUT" -> writes.update(request);
                    case "PATCH" -> writes.patch(request);
                    default -> target.name().isEmpty() ? deletions.deleteAll(request) : deletions.delete(request);
                };
        };
    }

    static Call call(String method, Target target, Map<String, String> query) throws StatusException {
        Resource resource = target.resource();
        boolean one = !target.name().isEmpty();
        if (resource.traits().contains("review")) {
            if (method.equals("POST")) {
                return Call.ACCESS_REVIEW;
            }
        } else if (target.subresource().isEmpty() || resource.subresources().contains(target.subresource())) {
            String watch = query.getOrDefault("watch", "");
            switch (method) {
                case "GET" -> {
                    return one ? Call.GET : watch.equals("true") || watch.equals("1") ? Call.WATCH : Call.LIST;
                }
                case "PUT", "PATCH" -> {
                    if (one) {
                        return Call.WRITE;
                    }
                }
                case "POST" -> {
                    if (!one) {
                        return Call.WRITE;
                    }
                }
                case "DELETE" -> {
                    if (target.subresource().isEmpty()) {
                        return Call.WRITE;
                    }
                }
                default -> {}
            }
        } else {
            throw StatusException.of(404, "the server could not find the requested resource");
        }
        throw StatusException.of(405, "the server does not allow this method on the requested resource");
    }
}
