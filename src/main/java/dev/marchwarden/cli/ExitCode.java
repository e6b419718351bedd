package dev.marchwarden.cli;

/** The exit codes of the commands; the same for all commands. */
final class ExitCode {
    /** All is as it should be. */
    static final int OK = 0;
    /** The command did its work and found something: a denial, a violation, a verdict that is not as expected. */
    static final int FOUND = 1;
    /** The command could not do its work. */
    static final int ERROR = 2;

    /** Ended by Ctrl-C: 128 and the number of SIGINT, as shells count. */
    static final int INTERRUPTED = 130;

    /** Nobody reads the output any more: 128 and the number of SIGPIPE. */
    static final int NO_READER = 141;

    private ExitCode() {}
}
