package dev.marchwarden.policy;

/** What a decision has to know of the cluster cannot be had now. Its message goes to whoever asked, so it names no address. */
public final class ClusterUnknownException extends RuntimeException {
    public ClusterUnknownException(String message) {
        super(message);
    }
}
