package dev.marchwarden.manifest;

/** A file that holds no Kubernetes objects, with its place and what was expected. */
public final class InvalidManifestException extends Exception {
    InvalidManifestException(String message) {
        super(message);
    }
}
