package dev.marchwarden.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marchwarden.cluster.ClusterKinds;
import dev.marchwarden.kubernetes.ClusterClient;
import dev.marchwarden.kubernetes.Kind;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.reach.ReachTable;

/**
 * Reads a cluster for an audit: every kind of Istio's and the Gateway API's groups, Services, Ingresses, ConfigMaps and workloads. Each object is judged as it is read, and let go. A kind counts once it was read to its end; of one that was not, the result says so.
 *
 * <p>Secrets are never read: what rules say of them is a question of who wrote them, which an object does not tell. Endpoints and EndpointSlices are read where
 * that is wanted, and those that follow from the pods of a Service are not judged.
 */
public final class ClusterAudit implements ClusterKinds.Gathering<AuditBatch> {
    /** Told how far the reading is. */
    public interface Progress {
        Progress NONE = (kind, objects) -> {};

        /** @param objects of this kind that were read so far; fewer than before where a list is read again */
        void read(Kind<?> kind, long objects);
    }

    private final ClusterClient client;
    private final Audit audit;
    private final Progress progress;
    private final ManagedEndpoints managed = new ManagedEndpoints();
    private long read;
    private boolean ended;

    public ClusterAudit(ClusterClient client, Audit audit, Progress progress) {
        this.client = client;
        this.audit = audit;
        this.progress = progress;
    }

    /** For who has not listed them anyway. */
    public void readNamespaces() {
        new ClusterKinds<>(client, this, audit::addUnread).list(Kind.NAMESPACE);
    }

    /**
     * Reads all but namespaces. Takes as long as the cluster is large; returns early, with the rest told as unread, where the thread is interrupted.
     *
     * @param workloads whether pods, and the templates that make them, are read
     * @param endpoints whether Endpoints and EndpointSlices are read
     */
    public void read(boolean workloads, boolean endpoints) {
        ClusterKinds<AuditBatch> kinds = new ClusterKinds<>(client, this, audit::addUnread);
        ReachTable.shipped().guardedGroups().forEach(group -> kinds.list(group, KnownVersion::is));
        boolean services = true;
        for (Kind<?> kind : ClusterKinds.CORE) {
            ended = false;
            kinds.list(kind);
            services &= ended;
        }
        kinds.list(Kind.CONFIG_MAP);
        if (endpoints && services) {
            kinds.list(Kind.ENDPOINTS);
            kinds.list(Kind.ENDPOINT_SLICE);
        } else if (endpoints) {
            audit.addUnread(
                    "endpoints and endpointslices cannot be judged: whether they follow from a Service is not known");
        }
        if (workloads) {
            ClusterKinds.WORKLOADS.forEach(kinds::list);
        }
    }

    @Override
    public AuditBatch begin() {
        read = 0;
        return audit.batch();
    }

    /** What another workload made is judged by that one. */
    @Override
    public void add(AuditBatch batch, Kind<?> kind, ObjectNode object) {
        progress.read(kind, ++read);
        if (kind.name().equals("Service")) {
            managed.addService(object);
        }
        if (!ClusterKinds.isMadeByAnother(object) && !managed.isManaged(object)) {
            batch.add(new Manifest("", 0, KnownVersion.asWritten(kind, object)));
        }
    }

    @Override
    public void end(AuditBatch batch) {
        audit.add(batch);
        ended = true;
    }
}
