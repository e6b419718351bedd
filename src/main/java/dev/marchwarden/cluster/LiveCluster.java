package dev.marchwarden.cluster;

import dev.marchwarden.background.BackgroundTasks;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.policy.NamespaceLookup;
import dev.marchwarden.policy.Rights;

/** The view of a cluster through its API server: its namespaces, and who may do what. */
public final class LiveCluster implements AutoCloseable {
    private final ApiServer api;
    private final String usergroupLabel;
    private final LiveNamespaces namespaces;
    private final LiveLookup lookup;
    private final AccessReviews rights;

    /** @param usergroupLabel with the other guarded labels the only one that is kept, so it cannot change */
    public LiveCluster(BackgroundTasks tasks, ApiServer api, String usergroupLabel, Timing timing) {
        this.api = api;
        this.usergroupLabel = usergroupLabel;
        this.namespaces = new LiveNamespaces(tasks, api, usergroupLabel, timing);
        this.lookup = new LiveLookup(api, namespaces::get, MeshLabels.guarded(usergroupLabel), timing.answer());
        this.rights = new AccessReviews(api, timing.answer(), System::nanoTime);
    }

    /** Starts to list and to watch. */
    public void start() {
        namespaces.start();
    }

    public ApiServer api() {
        return api;
    }

    public String usergroupLabel() {
        return usergroupLabel;
    }

    public LiveNamespaces namespaces() {
        return namespaces;
    }

    public NamespaceLookup lookup() {
        return lookup;
    }

    public Rights rights() {
        return rights;
    }

    /** How often the API server was asked for a single namespace. */
    public long lookups() {
        return lookup.asked();
    }

    /** How many decisions went without an answer to that. */
    public long failedLookups() {
        return lookup.failed();
    }

    /** How often the API server was asked for a right. */
    public long accessReviews() {
        return rights.asked();
    }

    /** How many decisions went without an answer to that. */
    public long failedAccessReviews() {
        return rights.failed();
    }

    @Override
    public void close() {
        namespaces.close();
        api.close();
    }
}
