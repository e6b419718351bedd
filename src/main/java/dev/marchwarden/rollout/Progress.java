package dev.marchwarden.rollout;

import java.time.Duration;

/** Receives the progress of a rollout or removal. Told by the thread that works, but for {@link #waits}. */
public interface Progress {
    /** @param number from 1 */
    void begins(int number, int total, String name);

    /** Something is being done for the step that began last. */
    void does(String what);

    /** From now on it waits for this, until something else is told. */
    void waits(String what);

    /**
     * The step that began last is done.
     *
     * @param changed whether there was anything to do
     */
    void ends(Duration elapsed, boolean changed);
}
