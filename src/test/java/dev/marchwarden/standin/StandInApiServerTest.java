package dev.marchwarden.standin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients depend on and kubectl does not show: versions, conflicts, places in a watch. */
@Timeout(60)
class StandInApiServerTest {
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/shop/leases";
    private static final String SECRETS = "/api/v1/namespaces/shop/secrets";
    private static final String MERGE = "application/merge-patch+json";

    private final StandInApiServer api = StandInApiServer.start();
    private final ApiClient client = new ApiClient(api);

    @BeforeEach
    void open() {
        api.put("shop", Map.of("team", "a"));
    }

    @AfterEach
    void close() {
        client.close();
        api.close();
    }

    private static String named(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"is\":\"" + name + "\"}}}";
    }

    private static String version(JsonNode object) {
        return object.at("/metadata/resourceVersion").asText();
    }

    private static List<String> events(List<JsonNode> watched) {
        return watched.stream()
                .map(event -> event.path("type").asText() + " "
                        + event.at("/object/metadata/name").asText())
                .toList();
    }

    @Test
    void anUpdateIsOfTheVersionThatItSays() throws Exception {
        JsonNode lease = client.post(LEASES, named("lock"), 201);
        ObjectNode mine = lease.deepCopy();
        mine.withObjectProperty("spec").put("holderIdentity", "me");
        ObjectNode theirs = lease.deepCopy();
        theirs.withObjectProperty("spec").put("holderIdentity", "them");
        client.put(LEASES + "/lock", mine, 200);
        JsonNode conflict = client.put(LEASES + "/lock", theirs, 409);
        assertThat(conflict.path("reason").asText()).isEqualTo("Conflict");
        assertThat(conflict.path("message").asText())
                .startsWith(
                        "Operation cannot be fulfilled on leases.coordination.k8s.io \"lock\": the object has been modified");
        ((ObjectNode) theirs.get("metadata")).remove("resourceVersion");
        assertThat(client.put(LEASES + "/lock", theirs, 422).path("message").asText())
                .contains("must be specified for an update");
    }

    @Test
    void statusesAreOfTheRightShape() throws Exception {
        assertThat(client.get(SECRETS + "/missing", 404).toString())
                .isEqualTo(
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":"
                                + "\"secrets \\\"missing\\\" not found\",\"reason\":\"NotFound\",\"details\":{\"name\":\"missing\","
                                + "\"kind\":\"secrets\"},\"code\":404}");
        client.post(SECRETS, named("a"), 201);
        assertThat(client.post(SECRETS, named("a"), 409).path("reason").asText())
                .isEqualTo("AlreadyExists");
        client.post(SECRETS.replace("shop", "nowhere"), named("a"), 404);
        client.post(SECRETS, named("A"), 422);
        client.get("/api/v1/nothing", 404);
    }

    @Test
    void whatChangesNothingIsNoNewVersion() throws Exception {
        JsonNode secret = client.post(SECRETS, named("a"), 201);
        JsonNode same = client.patch(SECRETS + "/a", MERGE, named("a"), 200);
        assertThat(version(same)).isEqualTo(version(secret));
        assertThat(version(client.patch(SECRETS + "/a", MERGE, "{\"data\":{\"x\":\"eQ==\"}}", 200)))
                .isNotEqualTo(version(secret));
    }

    @Test
    void statusAndSpecAreChangedApart() throws Exception {
        String pods = "/api/v1/namespaces/shop/pods";
        client.post(pods, "{\"metadata\":{\"name\":\"a\"},\"spec\":{\"x\":1},\"status\":{\"phase\":\"Failed\"}}", 201);
        String both = "{\"spec\":{\"x\":2},\"status\":{\"phase\":\"Running\"}}";
        JsonNode changed = client.patch(pods + "/a/status", MERGE, both, 200);
        assertThat(changed.at("/spec/x").asInt()).isEqualTo(1);
        assertThat(changed.at("/status/phase").asText()).isEqualTo("Running");
        changed = client.patch(pods + "/a", MERGE, both.replace("Running", "Failed"), 200);
        assertThat(changed.at("/spec/x").asInt()).isEqualTo(2);
        assertThat(changed.at("/status/phase").asText()).isEqualTo("Running");
    }

    @Test
    void namesAreGeneratedAndFinalizersWaitedFor() throws Exception {
        JsonNode made = client.post(
                SECRETS, "{\"metadata\":{\"generateName\":\"a-\",\"finalizers\":[\"example.com/x\"]}}", 201);
        String path = SECRETS + "/" + made.at("/metadata/name").asText();
        assertThat(path).matches(".*/a-[a-z0-9]{5}");
        client.delete(path, 200);
        assertThat(client.get(path, 200).path("metadata").has("deletionTimestamp"))
                .isTrue();
        client.patch(path, MERGE, "{\"metadata\":{\"finalizers\":null}}", 200);
        client.get(path, 404);
    }

    @Test
    void whatIsOwnedGoesWithItsOwner() throws Exception {
        String owner =
                client.post(SECRETS, named("owner"), 201).at("/metadata/uid").asText();
        client.post(
                SECRETS,
                "{\"metadata\":{\"name\":\"b\",\"ownerReferences\":[{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"name\":\"owner\","
                        + "\"uid\":\"" + owner + "\"}]}}",
                201);
        client.delete(SECRETS + "/owner", 200);
        Eventually.await("collected", () -> api.all("secrets").isEmpty());
    }

    @Test
    void listsAreOfWhatIsSelectedAndInPages() throws Exception {
        for (String name : List.of("a", "b", "c", "d")) {
            client.post(SECRETS, named(name), 201);
        }
        JsonNode first = client.get("/api/v1/secrets?limit=2&labelSelector=is!%3Db", 200);
        client.post(SECRETS, named("bb"), 201);
        String next = first.at("/metadata/continue").asText();
        JsonNode rest = client.get("/api/v1/secrets?limit=2&labelSelector=is!%3Db&continue=" + next, 200);
        assertThat(first.path("items").findValuesAsText("is")).containsExactly("a", "c");
        assertThat(rest.path("items").findValuesAsText("is")).containsExactly("d");
        assertThat(version(rest)).isEqualTo(version(first));
        assertThat(client.get(SECRETS + "?fieldSelector=metadata.name%3Dc", 200).path("items"))
                .hasSize(1);
        api.compact();
        assertThat(client.get("/api/v1/secrets?limit=2&continue=" + next, 410)
                        .path("reason")
                        .asText())
                .isEqualTo("Expired");
    }

    @Test
    void aWatchGoesOnWhereItIsToldTo() throws Exception {
        JsonNode a = client.post(SECRETS, named("a"), 201);
        client.post(SECRETS, named("b"), 201);
        client.patch(SECRETS + "/a", MERGE, "{\"metadata\":{\"labels\":{\"is\":\"b\"}}}", 200);
        client.delete(SECRETS + "/b", 200);
        String watch = SECRETS + "?watch=true&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=";
        assertThat(events(client.watch(watch + version(a)))).containsExactly("ADDED b", "MODIFIED a", "DELETED b");
        assertThat(events(client.watch(watch + version(a) + "&labelSelector=is%3Db")))
                .as("it comes into view")
                .containsExactly("ADDED b", "ADDED a", "DELETED b");
        assertThat(events(client.watch(watch))).containsExactly("ADDED a");
        List<JsonNode> begun = client.watch(watch + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        assertThat(events(begun)).containsExactly("ADDED a", "BOOKMARK ");
        api.bookmark();
        assertThat(events(client.watch(watch + version(begun.getLast().path("object")))))
                .containsExactly("BOOKMARK ");
        api.compact();
        JsonNode gone = client.watch(watch + version(a)).getFirst();
        assertThat(gone.path("type").asText()).isEqualTo("ERROR");
        assertThat(gone.at("/object/code").asInt()).isEqualTo(410);
    }

    @Test
    void faultsAreOfOneResourceOrOfAll() throws Exception {
        api.fail(Call.GET, "secrets", 503);
        client.get(SECRETS + "/a", 503);
        client.get(LEASES + "/a", 404);
        api.fail(Call.LIST, 500);
        client.get(LEASES, 500);
        api.restore(Call.GET);
        api.restore(Call.LIST);
        client.get(SECRETS + "/a", 404);
        client.get(LEASES, 200);
        assertThat(api.seen(Call.GET, "secrets")).isEqualTo(2);
        assertThat(api.seen(Call.GET)).isEqualTo(3);
    }
}
