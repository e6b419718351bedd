package dev.marchwarden.manifest;

/**
 * A place in a file.
 *
 * @param line from 1
 * @param column from 1
 */
public record Position(int line, int column) {
    long packed() {
        return (long) line << Integer.SIZE | column;
    }

    static Position unpacked(long packed) {
        return new Position((int) (packed >> Integer.SIZE), (int) packed);
    }
}
