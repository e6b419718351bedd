package dev.marchwarden.standin;

/** What an API server is asked for, as far as the stand-in can be told to fail at it. */
public enum Call {
    LIST,
    WATCH,
    GET,
    WRITE,
    ACCESS_REVIEW,
    /** Into a pod; the resource is {@code pods/exec} or {@code pods/portforward}. */
    CONNECT
}
