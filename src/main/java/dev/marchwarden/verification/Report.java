package dev.marchwarden.verification;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of a verification.
 *
 * @param proxies of the usergroups, as their pods tell it
 * @param connected the same as istiods tell it; empty where they were not asked
 * @param probes who asked whom; empty where nobody did
 */
public record Report(List<Line> lines, List<ProxyRow> proxies, List<ConnectedProxy> connected, List<Probe> probes) {
    public Report {
        lines = List.copyOf(lines);
        proxies = List.copyOf(proxies);
        connected = List.copyOf(connected);
        probes = List.copyOf(probes);
    }

    Report(List<Line> lines, List<ProxyRow> proxies) {
        this(lines, proxies, List.of(), List.of());
    }

    public Report with(SyncReport sync) {
        return new Report(joined(sync.lines()), proxies, sync.proxies(), probes);
    }

    public Report with(ConnectivityReport connectivity) {
        return new Report(joined(connectivity.lines()), proxies, connected, connectivity.probes());
    }

    private List<Line> joined(List<Line> more) {
        List<Line> all = new ArrayList<>(lines);
        all.addAll(more);
        return all;
    }

    public boolean isVerified() {
        return lines.stream().noneMatch(Line::isRed);
    }

    /** What is wrong with a subject that was not wrong with it in the same respect; how it is in detail may change by itself. */
    public List<Line> wrongSince(Report before) {
        return lines.stream()
                .filter(line -> line.isRed() && before.lines.stream().noneMatch(line::isAsWrongAs))
                .toList();
    }

    public long count(Line.State state) {
        return lines.stream().filter(line -> line.state() == state).count();
    }
}
