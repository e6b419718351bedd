package dev.marchwarden.cli;

/** What the report of {@code verify} is written for. */
enum VerifyFormat {
    /** People. */
    table,
    json,
    /** A browser; a proof has it. */
    html
}
