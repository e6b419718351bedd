package dev.marchwarden.policy;

/** What is being done to an object. */
public enum Operation {
    CREATE,
    UPDATE,
    DELETE
}
