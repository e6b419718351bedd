package dev.marchwarden.service;

import dev.marchwarden.audit.Audit;
import dev.marchwarden.audit.AuditLimits;
import dev.marchwarden.audit.AuditResult;
import dev.marchwarden.audit.ClusterAudit;
import dev.marchwarden.audit.ManifestCheck;
import dev.marchwarden.cluster.LiveNamespaces;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.policy.NamespaceState;
import dev.marchwarden.policy.Namespaces;
import dev.marchwarden.reporting.AuditThrottle;
import dev.marchwarden.reporting.StandingAudit;
import dev.marchwarden.tenancy.Tenancy;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Audits the cluster with the tenancy and the namespaces of the webhook. */
final class LiveAudit implements StandingAudit.Source {
    /** In the memory of a pod that has a webhook to run. */
    private static final AuditLimits LIMITS = new AuditLimits(100, 5_000, 100);

    private final ClusterClient client;
    private final Supplier<Tenancy> tenancy;
    private final LiveNamespaces namespaces;

    LiveAudit(ClusterClient client, Supplier<Tenancy> tenancy, LiveNamespaces namespaces) {
        this.client = client;
        this.tenancy = tenancy;
        this.namespaces = namespaces;
    }

    @Override
    public AuditResult audit(BooleanSupplier goesOn) {
        if (!namespaces.isSynced()) {
            throw new CancellationException("the namespaces have not been read yet");
        }
        Latest latest = new Latest(namespaces);
        Audit audit = new Audit(
                tenancy.get(), latest, strict -> ManifestCheck.asOwner(strict, latest, "default", true), LIMITS);
        ClusterAudit cluster = new ClusterAudit(client, audit, new AuditThrottle(goesOn));
        cluster.readNamespaces();
        cluster.read(true, false);
        return audit.result();
    }

    /** An audit takes long: an object of a namespace that is made meanwhile can be judged, too. */
    private record Latest(LiveNamespaces live) implements Namespaces {
        @Override
        public @Nullable NamespaceState find(String name) {
            return live.get().find(name);
        }

        @Override
        public int liveMembers(String usergroup, String systemNamespace) {
            return live.get().liveMembers(usergroup, systemNamespace);
        }
    }
}
