package dev.marchwarden.reporting;

import dev.marchwarden.json.YamlTrees;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import java.io.IOException;
import java.util.List;

/** CustomResourceDefinitions of reports, without their schemas. */
public final class ReportDefinitions {
    private ReportDefinitions() {}

    public static void define(ClusterClient client, ReportApi api) throws IOException {
        for (Kind<?> kind : List.of(api.namespaced(), api.cluster())) {
            client.apply(YamlTrees.MAPPER.readTree("""
                    apiVersion: apiextensions.k8s.io/v1
                    kind: CustomResourceDefinition
                    metadata: {name: %1$s.%2$s}
                    spec:
                      group: %2$s
                      scope: %3$s
                      names: {kind: %4$s, plural: %1$s}
                      versions: [{name: %5$s, served: true, storage: true}]
                    """.formatted(
                            kind.plural(),
                            kind.group(),
                            kind.namespaced() ? "Namespaced" : "Cluster",
                            kind.name(),
                            kind.version())));
        }
    }
}
