package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import java.util.List;

/** The results of all probes: a table, and what is to be said of it. */
public record ConnectivityReport(List<Probe> probes, List<Finding> findings) {}
