package dev.marchwarden.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Text for people on a terminal: wrapped to {@link Marchwarden#WIDTH} columns, in colour where that is wanted. */
final class Page {
    private static final int ENTRY_INDENT = 26;

    private final PrintWriter out;
    private final Ansi ansi;

    Page(CommandLine command) {
        this.out = command.getOut();
        this.ansi = command.getColorScheme().ansi();
    }

    void title(String title) {
        out.println(style("bold", title));
    }

    void heading(String heading) {
        out.println();
        out.println(style("bold", heading));
    }

    void text(String text) {
        indented(0, text);
    }

    /** Wrapped, with every line indented. */
    void indented(int indent, String text) {
        for (String line : wrap(text, Marchwarden.WIDTH - indent)) {
            out.println(" ".repeat(indent) + line);
        }
    }

    /** A word and what is to say of it, in two columns. */
    void entry(String word, String text) {
        List<String> lines = wrap(text, Marchwarden.WIDTH - ENTRY_INDENT);
        out.println(style("bold", word) + " ".repeat(Math.max(1, ENTRY_INDENT - word.length())) + lines.getFirst());
        lines.stream().skip(1).forEach(line -> out.println(" ".repeat(ENTRY_INDENT) + line));
    }

    /** A mark, and text beside it that is wrapped to its right. */
    void marked(String mark, int markWidth, int indent, String text) {
        List<String> lines = wrap(text, Marchwarden.WIDTH - indent);
        out.println(mark + " ".repeat(Math.max(1, indent - markWidth)) + lines.getFirst());
        lines.stream().skip(1).forEach(line -> out.println(" ".repeat(indent) + line));
    }

    void code(String code) {
        code.lines().forEach(line -> out.println("    " + line));
    }

    void blank() {
        out.println();
    }

    /** As it is. */
    void raw(String text) {
        out.print(text);
        out.flush();
    }

    void line(String line) {
        out.println(line);
    }

    String good(String text) {
        return style("green", text);
    }

    String bad(String text) {
        return style("red", text);
    }

    String notable(String text) {
        return style("yellow", text);
    }

    String strong(String text) {
        return style("bold", text);
    }

    private String style(String style, String text) {
        return ansi.enabled()
                ? Ansi.Style.on(Ansi.Style.parse(style)) + text + Ansi.Style.off(Ansi.Style.parse(style))
                : text;
    }

    /** Breaks at blanks; a word that is longer than a line, such as a command, is left whole only if it cannot be helped. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
            while (line.length() > width) {
                lines.add(line.substring(0, width));
                line.delete(0, width);
            }
        }
        lines.add(line.toString());
        return lines;
    }
}
