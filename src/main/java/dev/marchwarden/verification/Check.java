package dev.marchwarden.verification;

import java.util.List;

/** Looks at one thing of a cluster. */
interface Check {
    /** One for each subject at least, so that what was looked at shows where it is as it should be too. */
    List<Line> lines(Snapshot snapshot);
}
