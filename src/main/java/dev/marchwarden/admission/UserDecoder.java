package dev.marchwarden.admission;

import dev.marchwarden.policy.User;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the author of a request, {@code request.userInfo}. */
final class UserDecoder {
    /** Directories put people into some hundreds of groups at the most. */
    private static final int MAX_GROUPS = 4_096;

    /** Authenticators say a handful of things; all their values together. */
    private static final int MAX_EXTRA = 1_024;

    private final FieldReader in;
    private String name = "";
    private final List<String> groups = new ArrayList<>();
    private String uid = "";
    private final Map<String, List<String>> extra = new HashMap<>();
    private int extraLeft = MAX_EXTRA;

    UserDecoder(FieldReader in) {
        this.in = in;
    }

    void field(String field) throws IOException {
        switch (field) {
            case "username" -> name = in.text("request.userInfo.username");
            case "groups" ->
                in.eachItem(
                        "request.userInfo.groups", MAX_GROUPS, () -> groups.add(in.item("request.userInfo.groups")));
            case "uid" -> uid = in.text("request.userInfo.uid");
            case "extra" -> in.eachField("request.userInfo.extra", this::extraField);
            default -> in.skip();
        }
    }

    /** A key without values counts too, so that many keys are no more than many values. */
    private void extraField(String key) throws IOException {
        String path = "request.userInfo.extra[" + key + "]";
        List<String> values = new ArrayList<>();
        in.eachItem(path, Math.max(0, --extraLeft), () -> {
            extraLeft--;
            values.add(in.item(path));
        });
        if (extraLeft < 0) {
            in.problem("request.userInfo.extra", "longer than " + MAX_EXTRA);
        } else {
            extra.put(key, List.copyOf(values));
        }
    }

    User user() {
        return new User(name, groups, uid, extra);
    }
}
