package dev.marchwarden.cluster;

/** Whether the API server decides by the policies that this process keeps there. */
public enum TwinState {
    /** They are not kept here, or this process has not seen enough of them yet. */
    UNKNOWN,
    /** They were all there for some time, and their types are checked. */
    IN_FORCE,
    /** One of them was missing, other than wanted, or not checked yet. */
    BEHIND
}
