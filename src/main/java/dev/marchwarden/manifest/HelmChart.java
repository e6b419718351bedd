package dev.marchwarden.manifest;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The Helm chart that a file is part of. */
final class HelmChart {
    private HelmChart() {}

    /** The directory of the chart; of a subchart, that of the chart that renders it. Null where the file is part of none. */
    static @Nullable Path of(Path file) {
        Path chart = file.getParent();
        while (chart != null && !isChart(chart)) {
            chart = chart.getParent();
        }
        for (Path parent = parent(chart); parent != null; parent = parent(chart)) {
            chart = parent;
        }
        return chart;
    }

    private static @Nullable Path parent(@Nullable Path chart) {
        Path charts = chart == null ? null : chart.getParent();
        Path parent = charts == null ? null : charts.getParent();
        return charts != null && charts.endsWith("charts") && parent != null && isChart(parent) ? parent : null;
    }

    private static boolean isChart(Path directory) {
        return Files.isRegularFile(directory.resolve("Chart.yaml"));
    }
}
