package dev.marchwarden.background;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The background tasks of one process, or of one test. */
public final class BackgroundTasks {
    private final List<BackgroundTask> tasks = new CopyOnWriteArrayList<>();

    /**
     * A task on a virtual thread, for work that waits most of the time. It does not run before {@link BackgroundTask#start}.
     *
     * @param name as logs and {@code /livez} show it
     */
    public BackgroundTask task(String name, BackgroundTask.Work work) {
        return add(new BackgroundTask(name, Thread.ofVirtual(), work));
    }

    /**
     * The same on a thread of the operating system, for work that blocks in a way that would hold up virtual threads: writing to a pipe that
     * nobody reads.
     */
    public BackgroundTask platformTask(String name, BackgroundTask.Work work) {
        return add(new BackgroundTask(name, Thread.ofPlatform().daemon(), work));
    }

    private BackgroundTask add(BackgroundTask task) {
        tasks.add(task);
        return task;
    }

    /** The names of the tasks that an {@link Error} ended. Only a restart of the process helps. */
    public List<String> dead() {
        return tasks.stream()
                .filter(BackgroundTask::isDead)
                .map(BackgroundTask::name)
                .toList();
    }
}
