package dev.marchwarden.realcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a kubeconfig says of a cluster: where it is, and what its certificate is checked by. */
record KubeconfigFile(String server, Path authority) {
    /** For whoever has this token. */
    void write(Path file, String token) throws IOException {
        Files.writeString(file, """
                apiVersion: v1
                kind: Config
                clusters:
                - {name: test, cluster: {server: "%s", certificate-authority: "%s"}}
                users:
                - {name: test, user: {token: "%s"}}
                contexts:
                - {name: test, context: {cluster: test, user: test}}
                current-context: test
                """.formatted(server, authority, token));
    }
}
