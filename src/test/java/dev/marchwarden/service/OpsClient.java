package dev.marchwarden.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.server.Reply;
import dev.marchwarden.server.ReviewClient;
import java.io.IOException;

/** What a service tells at its ops port. */
public record OpsClient(int port) {
    public Reply get(String path) throws IOException, InterruptedException {
        return ReviewClient.get(port, path);
    }

    public boolean isReady() throws IOException, InterruptedException {
        return get("/readyz").status() == 200;
    }

    /** @param name of a condition in the readiness report */
    public JsonNode condition(String name) throws IOException, InterruptedException {
        for (JsonNode each : get("/readyz").json().path("conditions")) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("no condition " + name);
    }

    /** What the readiness report says of a condition. */
    public String detail(String name) throws IOException, InterruptedException {
        return condition(name).path("detail").asText();
    }

    /** @param series with its labels, as Prometheus reads it */
    public double metric(String series) throws IOException, InterruptedException {
        return get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }
}
