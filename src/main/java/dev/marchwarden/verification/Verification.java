package dev.marchwarden.verification;

import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.tenancy.Tenancy;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;

/** Checks whether the meshes of a cluster are separate. */
public final class Verification {
    private final List<Check> checks;

    public Verification(InstantSource clock) {
        this.checks = List.of(
                new OwnWebhooks(clock.instant()),
                new SystemNamespaces(),
                new Istiods(),
                new IstiodSettings(),
                new MeshConfigs(),
                new StepObjects(),
                new Roots(clock.instant()),
                new StrictMutualTls(),
                new Identities(),
                new IstiodAccess(),
                new Injectors(),
                new Validators(),
                new DefaultWebhooks(),
                new NodeAgents(),
                new DiscoverySelection(),
                new Sidecars());
    }

    /** Throws where something cannot be read: what is not known is not verified. */
    public Report verify(Tenancy tenancy, ClusterClient cluster) throws IOException {
        Snapshot snapshot = Snapshot.of(tenancy, cluster);
        return new Report(
                checks.stream()
                        .flatMap(check -> check.findings(snapshot).stream())
                        .toList(),
                ProxyRow.of(snapshot));
    }
}
