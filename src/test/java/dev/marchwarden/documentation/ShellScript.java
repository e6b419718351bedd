package dev.marchwarden.documentation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The {@code marchwarden} command lines in shell code as documentation has it: pipes, functions around a command, simple variables. No more
 * of the shell's language is known than is used there.
 */
public final class ShellScript {
    private static final Pattern FUNCTION =
            Pattern.compile("(?m)^(\\w+)\\(\\) \\{ (\\S*marchwarden)( [^\"]*)?\"\\$@\"(.*); *\\}.*$");
    private static final Pattern VARIABLE = Pattern.compile("(?m)^(\\w+)=\"?([\\w ./=-]+)\"?$");
    private static final Set<String> BEFORE_A_COMMAND = Set.of("do", "then", "until", "while", "if", "time", "!");
    private static final String PROGRAM = "marchwarden";

    private final Map<String, String> variables = new HashMap<>();
    private final Map<String, MatchResult> functions = new HashMap<>();

    /** @param page what variables and functions are looked for in: all shell code of a page */
    public ShellScript(String page) {
        VARIABLE.matcher(page).results().forEach(found -> variables.put(found.group(1), found.group(2)));
        FUNCTION.matcher(page).results().forEach(found -> functions.put(found.group(1), found));
    }

    /** The arguments of each call of the program. */
    public List<List<String>> calls(String code) {
        List<List<String>> calls = new ArrayList<>();
        String text = FUNCTION.matcher(code).replaceAll("").replaceAll("\\\\\n\\s*", " ");
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            text = text.replaceAll("\\$" + variable.getKey() + "\\b", variable.getValue());
        }
        text.lines().forEach(line -> commands(line).forEach(words -> addCall(words, calls)));
        return calls;
    }

    private void addCall(List<String> words, List<List<String>> calls) {
        int first = 0;
        while (first < words.size()
                && (BEFORE_A_COMMAND.contains(words.get(first))
                        || words.get(first).matches("\\w+=.*"))) {
            first++;
        }
        if (first == words.size()) {
            return;
        }
        String name = words.get(first);
        List<String> arguments = words.subList(first + 1, words.size());
        MatchResult function = functions.get(name);
        if (function != null) {
            List<String> all = new ArrayList<>();
            if (function.group(3) != null) {
                all.addAll(split(function.group(3)));
            }
            all.addAll(arguments);
            all.addAll(split(function.group(4)));
            calls.add(all);
        } else if (name.equals(PROGRAM) || name.endsWith("/" + PROGRAM)) {
            calls.add(arguments);
        }
    }

    private static List<String> split(String words) {
        List<List<String>> commands = commands(words);
        return commands.isEmpty() ? List.of() : commands.getFirst();
    }

    /** The words of each command of a line; what begins with {@code #} and where output goes is left out. */
    static List<List<String>> commands(String line) {
        List<List<String>> commands = new ArrayList<>();
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i <= line.length(); i++) {
            char c = i < line.length() ? line.charAt(i) : '\n';
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (c == '#' && !inWord) {
                i = line.length() - 1;
            } else if (Character.isWhitespace(c) || "|;&()<>".indexOf(c) >= 0) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
                if ("|;&()".indexOf(c) >= 0 || c == '\n') {
                    commands.add(words);
                    words = new ArrayList<>();
                } else if (c == '<' || c == '>') {
                    i = endOfTarget(line, i) - 1;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        commands.removeIf(List::isEmpty);
        return commands;
    }

    /** Where the name after a redirection ends; a substitution such as {@code <(...)} is looked at like other commands. */
    private static int endOfTarget(String line, int redirection) {
        int end = redirection + 1;
        if (end < line.length() && line.charAt(end) == '(') {
            return end;
        }
        while (end < line.length() && " <>".indexOf(line.charAt(end)) >= 0) {
            end++;
        }
        while (end < line.length() && " |;&)".indexOf(line.charAt(end)) < 0) {
            end++;
        }
        return end;
    }
}
