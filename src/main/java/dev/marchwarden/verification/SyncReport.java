package dev.marchwarden.verification;

import dev.marchwarden.finding.Finding;
import java.util.List;

/** What the istiods know of their proxies: a table, and what is to be said of it. */
public record SyncReport(List<ConnectedProxy> proxies, List<Finding> findings) {}
