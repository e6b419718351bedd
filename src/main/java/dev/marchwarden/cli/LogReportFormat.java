package dev.marchwarden.cli;

/** What the report of {@code log} is written for. */
enum LogReportFormat {
    /** People. */
    table,
    json,
    /** Spreadsheets. */
    csv
}
