package dev.marchwarden.cli;

/** What the report of {@code check} is written for. */
enum CheckFormat {
    /** People. */
    table,
    json,
    /** Code scanning. */
    sarif,
    /** CI servers. */
    junit,
    /** GitHub Actions. */
    github
}
