package dev.marchwarden.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Memory and latency over the time of a soak, as SVG. */
final class SoakGraph {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 300;
    private static final int LEFT = 60;
    private static final int RIGHT = 60;
    private static final int TOP = 40;
    private static final int BOTTOM = 40;
    private static final String RSS = "#0b6e4f";
    private static final String P99 = "#b3541e";

    private SoakGraph() {}

    static String of(List<SoakSlice> slices) {
        double minutes = (slices.getLast().endSeconds() - slices.getFirst().endSeconds()) / 60;
        double mostRss = above(slices, SoakSlice::rss, 50);
        double mostMillis = above(slices, SoakSlice::p99, 5);
        StringBuilder svg = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="12">
                <title>Memory and p99 of a soak of %.0f minutes</title>
                <rect width="100%%" height="100%%" fill="#fff"/>
                """, WIDTH, HEIGHT, minutes));
        svg.append(text(LEFT, 20, "start", RSS, "RSS, MiB")).append(text(WIDTH - RIGHT, 20, "end", P99, "p99, ms"));
        for (int i = 0; i <= 5; i++) {
            double y = y(i, 5);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
                    LEFT,
                    WIDTH - RIGHT,
                    y,
                    y));
            svg.append(text(LEFT - 8, y + 4, "end", RSS, String.format(Locale.ROOT, "%.0f", mostRss * i / 5)))
                    .append(text(
                            WIDTH - RIGHT + 8,
                            y + 4,
                            "start",
                            P99,
                            String.format(Locale.ROOT, "%.0f", mostMillis * i / 5)));
            svg.append(text(
                    LEFT + (WIDTH - LEFT - RIGHT) * i / 5.0,
                    HEIGHT - BOTTOM + 20,
                    "middle",
                    "#333",
                    String.format(Locale.ROOT, "%.0f min", minutes * i / 5)));
        }
        svg.append(line(slices, SoakSlice::rss, mostRss, RSS)).append(line(slices, SoakSlice::p99, mostMillis, P99));
        return svg.append("</svg>\n").toString();
    }

    /** The least multiple of a step that all fit under. */
    private static double above(List<SoakSlice> slices, ToDoubleFunction<SoakSlice> figure, int step) {
        double most = slices.stream().mapToDouble(figure).max().orElse(step);
        return Math.max(1, Math.ceil(most / step)) * step;
    }

    private static double y(double value, double most) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
    }

    private static String text(double x, double y, String anchor, String colour, String text) {
        return String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                colour,
                text);
    }

    private static String line(List<SoakSlice> slices, ToDoubleFunction<SoakSlice> figure, double most, String colour) {
        double begin = slices.getFirst().endSeconds();
        double length = slices.getLast().endSeconds() - begin;
        StringBuilder points = new StringBuilder();
        for (SoakSlice slice : slices) {
            double x = LEFT + (WIDTH - LEFT - RIGHT) * (slice.endSeconds() - begin) / length;
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(figure.applyAsDouble(slice), most)));
        }
        return String.format(
                Locale.ROOT,
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" points=\"%s\"/>%n",
                colour,
                points.toString().strip());
    }
}
