package dev.marchwarden.twin;

import dev.marchwarden.tenancy.RuleName;

/**
 * A single value of a pod, or of the template that pods are made from.
 *
 * @param place below the pod, as messages name it
 * @param now an expression: the optional value
 * @param before the same of the object before the write
 */
record PodField(String place, String now, String before) {
    /** Longer values are for the webhook, which refuses them. */
    private static final int LONGEST = 16 << 10;

    static PodField label(String key) {
        return entry("labels", "Labels", key);
    }

    static PodField annotation(String key) {
        return entry("annotations", "Annotations", key);
    }

    private static PodField entry(String map, String variable, String key) {
        String literal = CelText.literal(key);
        return new PodField(
                "metadata." + map + "[" + key + "]",
                "variables.pod" + variable + "[?" + literal + "]",
                "variables.oldPod" + variable + "[?" + literal + "]");
    }

    /** @param path below {@code spec}, for example {@code securityContext.runAsUser} */
    static PodField ofSpec(String path) {
        String optional = ".?" + path.replace(".", ".?");
        return new PodField("spec." + path, "variables.podSpec" + optional, "variables.oldPodSpec" + optional);
    }

    /** Its path in a text, see {@link CelText#text}. */
    String path() {
        return "${variables.path}" + place;
    }

    /** An expression: the value as text, where there is one. */
    String text() {
        return "string(" + now + ".value())";
    }

    /** An expression: whether it is there, and was not there with the same value. */
    String isNew() {
        return now + ".hasValue() && " + before + " != " + now;
    }

    /** An expression: whether the value is as a regular expression says; of one that is too long, nothing is said. */
    String matches(String pattern, boolean wanted) {
        return text() + ".size() <= " + LONGEST + " && " + (wanted ? "" : "!") + text() + ".matches("
                + CelText.literal(pattern) + ")";
    }

    /** An expression: the beginning of a message about it. A value that the webhook would have to cut or escape is left out. */
    String is(RuleName rule) {
        return CelText.text(rule + ": " + path() + " is ")
                + " + (%1$s.size() <= 80 && %1$s.matches('^[ !#-\\\\[\\\\]-~]*$') ? '\"' + %1$s + '\"' : 'a value that cannot be shown')"
                        .formatted(text());
    }

    /**
     * A check whose fix is to remove the field.
     *
     * @param violated an expression: what is wrong with the value
     */
    CelCheck check(RuleName rule, String violated, String expected, String because) {
        return new CelCheck(
                rule,
                isNew() + " && " + violated,
                WorkloadChecks.HOME,
                is(rule) + " + " + CelText.text(", expected " + expected + ": " + because + ". Fix: remove " + path()));
    }
}
