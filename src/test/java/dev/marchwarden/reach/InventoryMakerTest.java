package dev.marchwarden.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class InventoryMakerTest {
    private static final String CRD = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: hops.networking.istio.io}
            spec:
              group: networking.istio.io
              names: {kind: Hop, plural: hops}
              scope: Namespaced
              versions:
              - {name: v1, served: true, schema: SCHEMA}
              - {name: v1beta1, served: true, schema: SCHEMA}
              - {name: v1alpha1, served: false, schema: SCHEMA}
              - name: v2
                served: true
                schema: {openAPIV3Schema: {properties: {spec: {properties: {to: {type: string}}}}}}
            """.replace("SCHEMA", """
            {openAPIV3Schema: {properties: {status: {type: object}, spec: {type: object, oneOf: [{required: [via]}], properties: {
              via: {type: array, items: {type: object, properties: {mode: {type: string, enum: [A, B]}, host: {type: string}}}},
              labels: {type: object, additionalProperties: {type: string}},
              raw: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}}""");

    @Test
    void leavesOfEachServedVersion() throws IOException {
        String other = CRD.replace("networking.istio.io", "example.com");
        assertThat(InventoryMaker.inventory(List.of("kind: Namespace\n---\n" + CRD, other)))
                .isEqualTo("""
                # Every leaf of the spec of each served kind: path, type, enum. [] an array, {} a map.

                networking.istio.io/v1,v1beta1 Hop (hops, Namespaced)
                  spec.labels{} string
                  spec.raw object
                  spec.via[].host string
                  spec.via[].mode string A|B

                networking.istio.io/v2 Hop (hops, Namespaced)
                  spec.to string
                """);
    }

    @Test
    void whatItMakesCanBeRead() throws IOException {
        Inventory inventory =
                Inventory.of(InventoryMaker.inventory(List.of(CRD)).lines().toList());
        assertThat(inventory.kinds().values()).singleElement().satisfies(kind -> {
            assertThat(kind.versions()).containsExactlyInAnyOrder("v1", "v1beta1", "v2");
            assertThat(kind.leaves().keySet())
                    .containsExactly("spec.labels{}", "spec.raw", "spec.via[].host", "spec.via[].mode", "spec.to");
            assertThat(kind.plural()).isEqualTo("hops");
            assertThat(kind.clusterScoped()).isFalse();
        });
    }
}
