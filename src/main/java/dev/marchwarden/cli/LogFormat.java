package dev.marchwarden.cli;

/** What a line of the log looks like. */
enum LogFormat {
    /** Time, level, class and message, for people. */
    TEXT,
    /** One JSON object a line, for programs; it has a {@code level}, which a line of the decision log has not. */
    JSON
}
