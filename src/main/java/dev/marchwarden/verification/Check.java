package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import java.util.List;

/** One check of {@code verify}. */
interface Check {
    /** One for each subject at least, so that what was looked at shows where it is as it should be too. */
    List<Finding> findings(Snapshot snapshot);
}
