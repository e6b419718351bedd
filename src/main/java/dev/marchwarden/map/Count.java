package dev.marchwarden.map;

/** A number of things, in words. */
final class Count {
    private Count() {}

    /** {@code 1 namespace}, {@code 2 namespaces}. */
    static String of(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
