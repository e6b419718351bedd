package dev.marchwarden.tenancy;

/**
 * One mistake in a tenancy file.
 *
 * @param file as the operator named it
 * @param line where it stands, from 1
 * @param path of the field, for example {@code spec.usergroups[1].name}; empty for the file as a whole
 * @param value what stands there, as a message may show it
 * @param expected what should
 */
public record TenancyProblem(String file, int line, String path, String value, String expected) {
    @Override
    public String toString() {
        String place = path.isEmpty() ? file + ":" + line : file + ":" + line + ": " + path;
        return place + ": " + value + " (expected: " + expected + ")";
    }
}
