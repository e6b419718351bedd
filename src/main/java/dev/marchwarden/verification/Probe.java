package dev.marchwarden.verification;

/**
 * A row of the table of connectivity: who asked whom, and what came of it.
 *
 * @param from the client's usergroup
 * @param client its pod and container
 * @param to the server's usergroup
 * @param url what was asked for
 * @param wanted what should come of it
 * @param code of HTTP; 000 where there was no answer
 * @param why it ended so
 */
public record Probe(String from, String client, String to, String url, Wanted wanted, String code, String why) {
    public enum Wanted {
        REACHED,
        REFUSED
    }
}
