package dev.marchwarden.bench;

import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One run against one server, on one event loop. Bounded in time; whatever fails ends it. */
final class LoadRun implements LoadConnection.Listener {
    private static final long HIGHEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final EventLoop loop;
    private final List<LoadConnection> connections;
    /** Sent in turns. */
    private final List<LoadRequest> requests;

    private final long duration;
    /** Nanoseconds between two requests that are due, 0 for as many as get answered. */
    private final double interval;

    private final Histogram latencies = new Histogram(HIGHEST_NANOS, 3);
    private final Deque<LoadConnection> idle = new ArrayDeque<>();
    /** When requests were due for which no connection was free. */
    private final Deque<Long> waiting = new ArrayDeque<>();

    private final CompletableFuture<LoadResult> result = new CompletableFuture<>();

    private long begin;
    private long cpuAtBegin;
    private long due;
    private long sent;
    private long answers;
    private long answersInTime;
    private int onTheWay;

    LoadRun(
            EventLoop loop,
            List<LoadConnection> connections,
            List<LoadRequest> requests,
            long duration,
            double perSecond) {
        this.loop = loop;
        this.connections = connections;
        this.requests = requests;
        this.duration = duration;
        this.interval = perSecond == 0 ? 0 : 1e9 / perSecond;
    }

    long seconds() {
        return TimeUnit.NANOSECONDS.toSeconds(duration);
    }

    CompletableFuture<LoadResult> start() {
        loop.execute(() -> {
            begin = System.nanoTime();
            cpuAtBegin = cpu();
            if (interval == 0) {
                connections.forEach(connection -> send(connection, System.nanoTime()));
            } else {
                idle.addAll(connections);
                sendWhatIsDue();
            }
        });
        return result;
    }

    private long dueAt(long number) {
        return begin + (long) (number * interval);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it lasts no longer than the loop
    private void sendWhatIsDue() {
        long now = System.nanoTime();
        long next = dueAt(due);
        while (next <= now && next - begin < duration) {
            LoadConnection connection = idle.poll();
            if (connection == null) {
                waiting.add(next);
            } else {
                send(connection, next);
            }
            next = dueAt(++due);
        }
        if (next - begin < duration && !result.isDone()) {
            loop.schedule(this::sendWhatIsDue, Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
        } else {
            finishIfDone();
        }
    }

    private void send(LoadConnection connection, long intended) {
        onTheWay++;
        connection.send(requests.get((int) (sent++ % requests.size())), intended, this);
    }

    @Override
    public void answered(LoadConnection connection, long intended) {
        long now = System.nanoTime();
        onTheWay--;
        answers++;
        if (now - begin < duration) {
            answersInTime++;
        }
        latencies.recordValue(Math.min(HIGHEST_NANOS, now - intended));
        if (interval == 0) {
            if (now - begin < duration) {
                send(connection, now);
                return;
            }
        } else {
            Long late = waiting.poll();
            if (late != null) {
                send(connection, late);
                return;
            }
            idle.add(connection);
        }
        finishIfDone();
    }

    private void finishIfDone() {
        boolean allSent = interval == 0 || dueAt(due) - begin >= duration;
        if (allSent && onTheWay == 0 && waiting.isEmpty()) {
            double share = (double) (cpu() - cpuAtBegin) / (System.nanoTime() - begin);
            result.complete(new LoadResult(answersInTime * 1e9 / duration, answers, latencies, share));
        }
    }

    @Override
    public void failed(Throwable cause) {
        result.completeExceptionally(cause);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
