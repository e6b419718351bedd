package dev.marchwarden.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The output and exit code of a program. There is no shell between us and it. */
record ProgramRun(int exit, String out, String err) {
    /** Of each of the two; a rendered chart with CRDs is some two MiB. What is beyond is read and dropped. */
    private static final int MAX_OUTPUT = 16 << 20;

    private static final Duration GRACE = Duration.ofSeconds(5);

    /** From being asked to end until being ended. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    /**
     * Runs it to its end. Throws {@link IOException} where it cannot be started, or is not done in time; it and its children are ended then.
     *
     * @param command the program and its arguments
     * @param environment besides this program's own
     * @param input what it may read
     */
    static ProgramRun of(List<String> command, Map<String, String> environment, String input, Duration timeout)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(ProgramRun::namesCluster);
        builder.environment().put("NO_COLOR", "1");
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            CompletableFuture<Void> written = async(() -> write(process.getOutputStream(), input));
            CompletableFuture<String> out = async(() -> read(process.getInputStream()));
            CompletableFuture<String> err = async(() -> read(process.getErrorStream()));
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("not done after " + timeout.toSeconds() + " s");
            }
            // A child that it left behind may hold its output open.
            CompletableFuture.allOf(written, out, err)
                    .orTimeout(GRACE.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            return new ProgramRun(process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            end(process);
        }
    }

    /** Which cluster it is, is said by arguments or by the pod; a variable that says another would part helm from us. */
    private static boolean namesCluster(String variable) {
        return variable.equals("KUBECONFIG") || variable.startsWith("HELM_KUBE");
    }

    /** Asked first, so that it can take down how far it came. */
    private static void end(Process process) {
        // Known before it ends: thereafter they are nobody's children any more.
        List<ProcessHandle> children = process.descendants().toList();
        if (process.isAlive()) {
            boolean interrupted = Thread.interrupted();
            process.destroy();
            try {
                process.waitFor(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        children.forEach(ProcessHandle::destroyForcibly);
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static <T> CompletableFuture<T> async(Supplier<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                done.complete(task.get());
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    @SuppressWarnings("NullAway") // Void has no other value
    private static Void write(OutputStream to, String input) {
        try (to) {
            to.write(input.getBytes(UTF_8));
        } catch (IOException e) {
            // It need not read to the end, and says itself why not.
        }
        return null;
    }

    private static String read(InputStream from) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 13];
        try (from) {
            for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                kept.write(buffer, 0, Math.min(count, MAX_OUTPUT - kept.size()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kept.toString(UTF_8);
    }
}
