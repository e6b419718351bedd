package dev.marchwarden.realcluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that runs until it is stopped, its output in files. It does not outlive this JVM. */
final class Daemon implements AutoCloseable {
    private static final Duration TO_STOP = Duration.ofSeconds(20);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final int TAIL = 15;

    private final String name;
    private final Path out;
    private final Path log;
    private final Process process;
    private final Thread hook;

    /** What has to come true before the program is of use. */
    interface Check {
        boolean holds() throws Exception;
    }

    private Daemon(String name, Path out, Path log, Process process) {
        this.name = name;
        this.out = out;
        this.log = log;
        this.process = process;
        this.hook = new Thread(process::destroyForcibly, "stops " + name);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Its output is added to {@code NAME.out} and {@code NAME.log} in the directory. */
    static Daemon start(String name, Path directory, List<String> command) throws IOException {
        Path out = directory.resolve(name + ".out");
        Path log = directory.resolve(name + ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Daemon(name, out, log, process);
    }

    /** Fails, with the last lines of the log, when the program ends or it takes longer. */
    void await(String what, Duration atMost, Check check) throws Exception {
        long end = System.nanoTime() + atMost.toNanos();
        while (!check.holds()) {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended with " + process.exitValue() + ": " + tail());
            }
            if (System.nanoTime() > end) {
                throw new AssertionError(name + ": not within " + atMost.toSeconds() + " s: " + what + "; " + tail());
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** Fails, with the last lines of the log, where it has ended. */
    void requireRunning() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError(name + " ended with " + process.exitValue() + ": " + tail());
        }
    }

    /** What it has written to standard output. */
    String output() throws IOException {
        return Files.readString(out);
    }

    /** What it has written to standard error. */
    String log() throws IOException {
        return Files.readString(log);
    }

    private String tail() throws IOException {
        List<String> lines = log().lines().toList();
        return "the end of " + log + ":\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
    }

    long pid() {
        return process.pid();
    }

    /** As Ctrl-C does, and says what it ends with. */
    int interrupt(Duration atMost) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-INT", String.valueOf(pid())).start().waitFor();
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError(name + " goes on for more than " + atMost.toSeconds() + " s; " + tail());
        }
        return process.exitValue();
    }

    /** Without a chance to say goodbye. */
    void kill() {
        process.destroyForcibly().onExit().join();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor(TO_STOP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (process.isAlive()) {
            process.destroyForcibly().onExit().join();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
