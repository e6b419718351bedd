package dev.marchwarden.policy;

/** A decision needs information about the cluster that is not available now. Its message goes to whoever asked, so it names no address. */
public final class ClusterUnknownException extends RuntimeException {
    public ClusterUnknownException(String message) {
        super(message);
    }
}
