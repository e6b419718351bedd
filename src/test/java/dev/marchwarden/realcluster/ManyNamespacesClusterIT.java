package dev.marchwarden.realcluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A large cluster: {@code -Dcluster.namespaces=10000} makes it that large, which takes a few minutes. */
class ManyNamespacesClusterIT {
    private static final int NAMESPACES = Integer.getInteger("cluster.namespaces", 1_000);
    private static final int AT_ONCE = 500;
    private static final long MOST_RESIDENT_MIB = 260;

    @RegisterExtension
    static final InstalledCluster BORDER =
            InstalledCluster.own("many-namespaces", InstalledCluster.FIXTURES.resolve("tenancy.yaml"));

    @Test
    void isReadySoonAndStaysSmall() throws Exception {
        WebhookProcess first = BORDER.marchwarden().server();
        long begin = System.nanoTime();
        for (int i = 0; i < NAMESPACES; i += AT_ONCE) {
            BORDER.admin()
                    .mustReading(
                            namespaces(i, Math.min(i + AT_ONCE, NAMESPACES)), "create", "--validate=false", "-f", "-");
        }
        Duration made = Duration.ofNanos(System.nanoTime() - begin);
        first.await(
                "all are known", Duration.ofSeconds(30), () -> first.metric("marchwarden_namespaces") >= NAMESPACES);
        long followed = first.residentMiB();
        first.close();
        BORDER.marchwarden().restartServer();
        WebhookProcess second = BORDER.marchwarden().server();
        assertThat(second.metric("marchwarden_namespaces")).isGreaterThanOrEqualTo(NAMESPACES);
        System.out.printf(
                "%d namespaces: made in %d s, each of them judged; then started: ready after %d ms (no AOT cache), %d MiB resident"
                        + " (the one that followed them being made: %d MiB)%n",
                NAMESPACES, made.toSeconds(), second.start().toMillis(), second.residentMiB(), followed);
        assertThat(second.residentMiB()).isLessThan(MOST_RESIDENT_MIB);
        assertThat(followed).isLessThan(MOST_RESIDENT_MIB);
    }

    private static String namespaces(int from, int to) {
        StringBuilder manifests = new StringBuilder();
        for (int i = from; i < to; i++) {
            int usergroup = 1 + i % 2;
            manifests.append("""
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: many-%1$d, labels: {usergroup: usergroup-%2$d, istio.io/rev: usergroup-%2$d}}
                    ---
                    """.formatted(i, usergroup));
        }
        return manifests.toString();
    }
}
