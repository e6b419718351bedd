package dev.marchwarden.cli;

import java.util.ArrayList;
import java.util.List;

/** The part of the demo's output that the README shows, drawn as SVG: the first steps of one chapter, and the last line. */
record DemoPicture(List<String> screen) {
    private static final String CHAPTER = "alice, of team-1";
    private static final int SHOWN = 27;
    private static final int TOP = 44;
    private static final int LINE = 18;

    private static final String WHITE = "#f7fafc";
    private static final String GREY = "#cbd5e0";
    private static final String RED = "#fc8181";
    private static final String YELLOW = "#f6e05e";
    private static final String GREEN = "#68d391";

    String svg() {
        List<String> lines = lines();
        int height = TOP + lines.size() * LINE;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 ")
                .append(height)
                .append("\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\"")
                .append(" role=\"img\" aria-label=\"Output of the demo\">\n<rect width=\"900\" height=\"")
                .append(height)
                .append("\" rx=\"10\" fill=\"#1a202c\"/>\n");
        int x = 20;
        for (String light : List.of(RED, YELLOW, GREEN)) {
            svg.append("<circle cx=\"%d\" cy=\"16\" r=\"5\" fill=\"%s\"/>".formatted(x, light));
            x += 18;
        }
        svg.append('\n');
        int y = TOP;
        boolean fix = false;
        for (String line : lines) {
            fix = line.startsWith("             ") && (fix || line.strip().startsWith("Fix:"));
            if (!line.isEmpty()) {
                svg.append("<text xml:space=\"preserve\" x=\"16\" y=\"%d\" %s</text>\n".formatted(y, text(line, fix)));
            }
            y += LINE;
        }
        return svg.append("</svg>\n").toString();
    }

    /** What is shown; the time that it took is left out, since it differs each time. */
    private List<String> lines() {
        int chapter = 0;
        while (!screen.get(chapter).startsWith(CHAPTER)) {
            chapter++;
        }
        List<String> lines = new ArrayList<>(List.of("$ bin/marchwarden demo", "...", ""));
        lines.addAll(screen.subList(chapter, chapter + SHOWN));
        lines.addAll(List.of("...", ""));
        screen.stream()
                .filter(line -> line.contains("denied, ") || line.contains(" reviews over HTTPS"))
                .map(line -> line.replaceFirst(" in \\d+ ms:", ":"))
                .forEach(lines::add);
        return lines;
    }

    private static String text(String line, boolean fix) {
        for (Verdict verdict : Verdict.values()) {
            if (line.startsWith(verdict.word)) {
                return "fill=\"%s\"><tspan fill=\"%s\">%s</tspan>%s"
                        .formatted(
                                verdict == Verdict.ALLOWED ? GREY : WHITE,
                                verdict.colour,
                                verdict.word,
                                escaped(line.substring(verdict.word.length())));
            }
        }
        if (line.startsWith(" ")) {
            return "fill=\"%s\">%s".formatted(fix ? YELLOW : GREY, escaped(line));
        }
        return "fill=\"%s\" font-weight=\"700\">%s".formatted(WHITE, escaped(line));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private enum Verdict {
        ALLOWED("  allowed  ", GREEN),
        DENIED("  denied   ", RED),
        WARNED("  warned   ", YELLOW);

        private final String word;
        private final String colour;

        Verdict(String word, String colour) {
            this.word = word;
            this.colour = colour;
        }
    }
}
