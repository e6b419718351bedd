package dev.marchwarden.cli;

/** For whom a report is written: people, or programs. */
enum Format {
    table,
    json
}
