package dev.marchwarden.cli;

/** From which level on messages are logged. */
enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
}
