package dev.marchwarden.cli;

/** What the report of {@code audit} is written for. */
enum AuditFormat {
    /** People. */
    table,
    json,
    /** Code scanning. */
    sarif,
    /** CI servers. */
    junit,
    /** A browser. */
    html
}
