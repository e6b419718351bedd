package dev.marchwarden.decisionlog;

/** The numbers of lines that were read, skipped and damaged. */
public final class LineCounts {
    private long read;
    private long decisions;
    private long damaged;

    void read() {
        read++;
    }

    void decision() {
        decisions++;
    }

    void damaged() {
        damaged++;
    }

    public long all() {
        return read;
    }

    public long decisions() {
        return decisions;
    }

    /** Those that begin as a decision and are cut off or altered, or are too long to be one. */
    public long unreadable() {
        return damaged;
    }

    /** All others, and the parts of split lines beyond the first. */
    public long skipped() {
        return Math.max(0, read - decisions - damaged);
    }

    /** Whether there are lines and none is of a decision log: most likely the wrong file. */
    public boolean areOfAnotherLog() {
        return read > 0 && decisions == 0 && damaged == 0;
    }
}
