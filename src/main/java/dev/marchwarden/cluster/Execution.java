package dev.marchwarden.cluster;

/**
 * The result of a program that ran in a container.
 *
 * @param output the beginning of it
 * @param errors the beginning of what it wrote to stderr
 */
public record Execution(int exitCode, String output, String errors) {}
