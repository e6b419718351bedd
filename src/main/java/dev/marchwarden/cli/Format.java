package dev.marchwarden.cli;

/** The format of a report: people, or programs. */
enum Format {
    table,
    json
}
