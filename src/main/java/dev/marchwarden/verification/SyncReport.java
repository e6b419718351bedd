package dev.marchwarden.verification;

import java.util.List;

/** What the istiods know of their proxies: a table, and what is to be said of it. */
public record SyncReport(List<ConnectedProxy> proxies, List<Line> lines) {}
