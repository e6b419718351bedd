package dev.marchwarden.bench;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A made-up cluster of any size, as {@code kubectl get namespaces -o yaml} or {@code -o json} would write it down. */
final class Cluster {
    private Cluster() {}

    static Path yaml(Path directory, int namespaces) throws IOException {
        return write(directory.resolve("namespaces-" + namespaces + ".yaml"), namespaces, "", """
                ---
                apiVersion: v1
                kind: Namespace
                metadata:
                  name: %3$s
                  uid: 6aab78f7-3fab-4087-9e3b-%1$012d
                  resourceVersion: "%1$d"
                  creationTimestamp: "2026-11-22T07:00:08Z"
                  labels:
                    kubernetes.io/metadata.name: %3$s
                    usergroup: usergroup-%2$d
                    istio.io/rev: usergroup-%2$d
                    team.example.com/cost-centre: "%1$d"
                  annotations:
                    team.example.com/contact: platform team, floor %1$d
                spec:
                  finalizers:
                  - kubernetes
                status:
                  phase: Active
                """, "", "");
    }

    static Path json(Path directory, int namespaces) throws IOException {
        return write(
                directory.resolve("namespaces-" + namespaces + ".json"),
                namespaces,
                "{\"apiVersion\":\"v1\",\"kind\":\"NamespaceList\",\"items\":[",
                """
                {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"%3$s",\
                "uid":"6aab78f7-3fab-4087-9e3b-%1$012d","resourceVersion":"%1$d",\
                "creationTimestamp":"2026-11-22T07:00:08Z","labels":{"kubernetes.io/metadata.name":"%3$s",\
                "usergroup":"usergroup-%2$d","istio.io/rev":"usergroup-%2$d","team.example.com/cost-centre":"%1$d"},\
                "annotations":{"team.example.com/contact":"platform team, floor %1$d"}},\
                "spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}""",
                ",",
                "]}");
    }

    private static Path write(Path file, int namespaces, String before, String pattern, String between, String after)
            throws IOException {
        try (Writer out = Files.newBufferedWriter(file)) {
            out.write(before);
            for (int i = 0; i < namespaces; i++) {
                out.write(i == 0 ? "" : between);
                out.write(String.format(Locale.ROOT, pattern, i, 1 + i % 2, name(i)));
            }
            out.write(after);
        }
        return file;
    }

    /** Those that the recorded reviews are about come first. */
    private static String name(int number) {
        return number < 2 ? "app-ns-" + (number + 1) : "team-" + number;
    }
}
