package dev.marchwarden.standin;

import com.sun.net.httpserver.Headers;
import dev.marchwarden.standin.admission.UserInfo;
import dev.marchwarden.standin.store.StatusException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Who has which token. Everybody may impersonate everybody; who shows no token is anonymous. */
final class Users {
    private static final String AUTHENTICATED = "system:authenticated";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final UserInfo ANONYMOUS = UserInfo.of("system:anonymous", List.of("system:unauthenticated"));

    private final Map<String, UserInfo> byToken = new ConcurrentHashMap<>();

    void add(String token, String username, List<String> groups) {
        byToken.put(token, UserInfo.of(username, groupsOf(username, groups)));
    }

    /** Of a service account also those that all of them are in. */
    private static List<String> groupsOf(String username, List<String> given) {
        List<String> groups = new ArrayList<>(given);
        if (username.startsWith(ACCOUNT) && given.isEmpty()) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:"
                    + username.substring(ACCOUNT.length()).split(":", -1)[0]);
        }
        if (!groups.contains(AUTHENTICATED)) {
            groups.add(AUTHENTICATED);
        }
        return List.copyOf(groups);
    }

    UserInfo of(Headers headers) throws StatusException {
        String authorization = headers.getFirst("Authorization");
        UserInfo user = ANONYMOUS;
        if (authorization != null) {
            UserInfo known = byToken.get(authorization.replaceFirst("^Bearer ", ""));
            if (known == null) {
                throw StatusException.of(401, "Unauthorized");
            }
            user = known;
        }
        String other = headers.getFirst("Impersonate-User");
        if (other == null) {
            return user;
        }
        Map<String, List<String>> extra = new HashMap<>();
        headers.forEach((name, values) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (key.startsWith("impersonate-extra-")) {
                extra.put(key.substring("impersonate-extra-".length()), List.copyOf(values));
            }
        });
        String uid = headers.getFirst("Impersonate-Uid");
        List<String> groups = groupsOf(other, headers.getOrDefault("Impersonate-Group", List.of()));
        return new UserInfo(other, uid == null ? "" : uid, groups, extra);
    }
}
