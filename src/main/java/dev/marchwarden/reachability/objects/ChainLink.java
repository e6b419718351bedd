package dev.marchwarden.reachability.objects;

import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.text.Quoted;

/**
 * One object of a chain, and the field by which it opens the boundary.
 *
 * @param object kind, namespace and name
 * @param field its path, as violations have it
 * @param value what it says; empty where it is missing
 * @param place the file and line, or the cluster
 */
public record ChainLink(String object, String field, String value, String place) {
    private static final int MAX_VALUE = 120;

    static ChainLink of(Manifest manifest, String namespace, String field, String value) {
        String name = Quoted.bare(manifest.name());
        return new ChainLink(
                Quoted.bare(manifest.kind()) + " " + (namespace.isEmpty() ? name : Quoted.bare(namespace) + "/" + name),
                Quoted.printable(field, MAX_VALUE),
                Quoted.printable(value, MAX_VALUE),
                manifest.file().startsWith("the cluster")
                        ? manifest.file()
                        : manifest.file() + ":" + manifest.position(field).line());
    }

    /** Kind, name and field, without the place: what makes it the same in another snapshot. */
    public String identity() {
        return object + " " + field + " " + value;
    }

    @Override
    public String toString() {
        return object + ": " + field + (value.isEmpty() ? " is not set" : ": " + value) + " (" + place + ")";
    }
}
