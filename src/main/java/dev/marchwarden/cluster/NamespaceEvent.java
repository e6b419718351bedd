package dev.marchwarden.cluster;

import java.time.Instant;

/**
 * Something that happened, some number of times, as its namespace is told of it.
 *
 * @param namespace that it is about and that the Event is in, so that those who may read the namespace's Events see it
 * @param name of the Event; replicas that give the same name count together
 * @param reason in one word, CamelCase
 * @param message at most 1,024 bytes, as the API server accepts
 * @param count how often since this was last told
 */
public record NamespaceEvent(
        String namespace, String name, String reason, String message, Instant first, Instant last, int count) {}
