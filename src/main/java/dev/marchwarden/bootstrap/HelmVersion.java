package dev.marchwarden.bootstrap;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which helm it is, and what of its flags depends on that. */
record HelmVersion(int major, int minor) {
    static final String EXPECTED = "helm 3.12 or newer, or helm 4";

    private static final Pattern SHORT = Pattern.compile("v?(\\d{1,4})\\.(\\d{1,4})\\.\\d+\\S*");

    /** Out of what {@code helm version --short} says; other lines, such as warnings, may stand around it. */
    static Optional<HelmVersion> parse(String output) {
        return output.lines()
                .map(String::strip)
                .map(SHORT::matcher)
                .filter(Matcher::matches)
                .map(parts -> new HelmVersion(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2))))
                .findFirst();
    }

    boolean isSupported() {
        return major == 4 || (major == 3 && minor >= 12);
    }

    /** Back to what was before, if it does not come up. */
    private String rollback() {
        return major >= 4 ? "--rollback-on-failure" : "--atomic";
    }

    /** Of an upgrade: applied by the API server where helm can, so that what others changed is put back without a quarrel. */
    List<String> applyFlags() {
        return major >= 4 ? List.of(rollback(), "--server-side=true", "--force-conflicts") : List.of(rollback());
    }

    /** Releases in any state; helm 4 lists those anyway. */
    List<String> listAllFlags() {
        return major >= 4 ? List.of() : List.of("--all");
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
