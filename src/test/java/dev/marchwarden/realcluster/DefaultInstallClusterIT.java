package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The chart without usergroups denies nothing that was not denied before, and an upgrade that names two puts the border in force. */
class DefaultInstallClusterIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    @Test
    void deniesNothingUntilThereAreUsergroups() throws Exception {
        int port = LoopbackPorts.free();
        try (TestCluster cluster = TestCluster.openOwn("default-install")) {
            Kubectl admin = cluster.admin();
            Release release = new Release(cluster);
            release.helm("install", "--create-namespace", "--set-json=usergroups=[]");
            try (WebhookProcess replica = release.replica("replica-1", port)) {
                replica.await("ready", SOON, () -> replica.readiness().startsWith("{\"ready\":true"));
                for (String kind : Release.CONFIGURATIONS) {
                    assertThat(admin.run("get", kind, Release.NAME).err()).contains("not found");
                }
                admin.must("create", "namespace", "early");
                admin.must("label", "namespace", "early", "usergroup=nobody", "istio.io/rev=nobody");
                admin.must("create", "configmap", "istio", "--namespace=early", "--from-literal=mesh=");
                admin.must("create", "deployment", "istiod", "--namespace=early", "--image=istiod");
                admin.must("delete", "namespace", "early", "--wait=false");
            }
            release.helm("upgrade");
            release.pointAt(port);
            try (WebhookProcess replica = release.replica("replica-2", port)) {
                replica.await("in force", SOON, () -> release.isInForceAt(port));
                admin.must("create", "namespace", "later");
                replica.await(
                        "called",
                        SOON,
                        () -> admin.run("label", "namespace", "later", "usergroup=nobody", "istio.io/rev=nobody")
                                .err()
                                .contains("unknown-usergroup"));
            }
        }
    }
}
