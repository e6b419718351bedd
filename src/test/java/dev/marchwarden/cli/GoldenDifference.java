package dev.marchwarden.cli;

import com.github.difflib.DiffUtils;
import com.github.difflib.patch.AbstractDelta;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * How some files differ from others of the same names. Without line numbers and context, so that what changes in both alike changes
 * nothing here.
 */
final class GoldenDifference {
    private GoldenDifference() {}

    /** Empty where they are the same. */
    static String between(SortedMap<String, String> some, SortedMap<String, String> others) {
        Set<String> names = new TreeSet<>(some.keySet());
        names.addAll(others.keySet());
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            if (!others.containsKey(name)) {
                text.append("== not there: ").append(name).append('\n');
            } else if (!some.containsKey(name)) {
                text.append("== new: ").append(name).append('\n');
                lines(others.get(name)).forEach(line -> append(text, '+', line));
            } else if (!some.get(name).equals(others.get(name))) {
                text.append("== ").append(name).append('\n');
                append(text, lines(some.get(name)), lines(others.get(name)));
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> some, List<String> others) {
        boolean first = true;
        for (AbstractDelta<String> delta : DiffUtils.diff(some, others).getDeltas()) {
            if (!first) {
                text.append("..\n");
            }
            first = false;
            delta.getSource().getLines().forEach(line -> append(text, '-', line));
            delta.getTarget().getLines().forEach(line -> append(text, '+', line));
        }
    }

    private static void append(StringBuilder text, char sign, String line) {
        text.append((sign + " " + line).stripTrailing()).append('\n');
    }

    private static List<String> lines(String content) {
        return List.of(content.split("\n", -1));
    }
}
