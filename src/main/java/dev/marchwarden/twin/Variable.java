package dev.marchwarden.twin;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A variable of a policy: evaluated at most once a request, and only where something refers to it. */
record Variable(String name, String expression) {
    private static final Pattern REFERENCE = Pattern.compile("\\bvariables\\.([A-Za-z]+)");

    /** Those that expressions refer to, directly or by way of each other, in the same order. The others would be stored for nothing. */
    static List<Variable> needed(List<Variable> variables, Collection<String> expressions) {
        Set<String> names = new HashSet<>();
        Deque<String> left = new ArrayDeque<>(expressions);
        while (!left.isEmpty()) {
            Matcher reference = REFERENCE.matcher(left.remove());
            while (reference.find()) {
                String name = reference.group(1);
                if (names.add(name)) {
                    variables.stream()
                            .filter(variable -> variable.name().equals(name))
                            .forEach(variable -> left.add(variable.expression()));
                }
            }
        }
        return variables.stream()
                .filter(variable -> names.contains(variable.name()))
                .toList();
    }
}
