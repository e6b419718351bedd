package dev.marchwarden.cli;

import dev.marchwarden.bootstrap.ByRevision;
import dev.marchwarden.bootstrap.ChartSource;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Egress;
import dev.marchwarden.bootstrap.ExtraValues;
import dev.marchwarden.bootstrap.InvalidSetupException;
import dev.marchwarden.bootstrap.IstioVersion;
import dev.marchwarden.bootstrap.Members;
import dev.marchwarden.bootstrap.Settings;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.text.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the control planes: the tenancy, and what it leaves open. The same for all that plan, render or apply. */
final class ControlPlaneOptions {
    private static final Pattern NAMED = Pattern.compile("([a-z0-9][-a-z0-9]*)=(.*)");

    /** In a URL; they are not shown, not even to say that they do not belong there. */
    private static final Pattern CREDENTIALS = Pattern.compile("//[^/@]*@");

    /** Whose identities the workloads of a usergroup let in. */
    enum Identities {
        /** All that its own istiod signed for. */
        TRUST_DOMAIN,
        /** Those of its namespaces; a namespace that joins is shut out until this is done again. */
        NAMESPACES;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Option(names = "--config", required = true, paramLabel = "FILE", description = "The tenancy.")
    private Path config;

    @Option(
            names = "--istio-version",
            paramLabel = "[REVISION=]VERSION",
            description =
                    "Istio's release, for all revisions or for one (default: 1.30.3); 1.22.0 or newer. The base chart follows the newest.")
    private List<String> versions = new ArrayList<>();

    @Option(
            names = "--charts",
            paramLabel = "[REVISION=]SOURCE",
            description =
                    "Where the charts base and istiod are: oci://REGISTRY/PATH, https://REPOSITORY or a directory (default: Istio's repository).")
    private List<String> charts = new ArrayList<>();

    @Option(
            names = "--values",
            paramLabel = "USERGROUP=FILE",
            description =
                    "More values for a usergroup's istiod charts; may be given several times. Values that the border depends on are refused.")
    private List<String> values = new ArrayList<>();

    @Option(
            names = "--egress",
            paramLabel = "MODE",
            defaultValue = "registry-only",
            description =
                    "Traffic to hosts that a mesh does not know: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Egress egress;

    @Option(
            names = "--identities",
            paramLabel = "BY",
            defaultValue = "trust-domain",
            description =
                    "Whose certificates workloads accept: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); namespaces are those of --namespaces.")
    private Identities identities;

    @Option(
            names = "--namespaces",
            paramLabel = "FILE|DIR",
            description = "Namespaces of the cluster, for --identities=namespaces.")
    private @Nullable List<Path> namespaces;

    /** What they ask for. Ends the command with every problem that there is. */
    DesiredState desiredState() {
        Tenancy tenancy = InputFiles.tenancy(config);
        if (tenancy.usergroups().isEmpty()) {
            throw new Failure(config + ": spec.usergroups: [] (expected: at least one usergroup to set up)");
        }
        Settings settings = new Settings(
                byRevision("--istio-version", versions, IstioVersion.DEFAULT, ControlPlaneOptions::version),
                byRevision("--charts", charts, ChartSource.ISTIO, ControlPlaneOptions::source),
                extraValues(),
                egress,
                members(tenancy));
        try {
            return DesiredState.of(tenancy, settings);
        } catch (InvalidSetupException e) {
            int count = e.problems().size();
            throw new Failure(
                    "the control planes cannot be set up like this, " + count
                            + (count == 1 ? " mistake:\n" : " mistakes:\n") + e.getMessage(),
                    e);
        }
    }

    private static <T> ByRevision<T> byRevision(
            String option, List<String> texts, T byDefault, Function<String, T> parse) {
        T rest = byDefault;
        Map<String, T> single = new HashMap<>();
        for (String text : texts) {
            Matcher named = NAMED.matcher(text);
            boolean ofOne = named.matches();
            String value = ofOne ? named.group(2) : text;
            try {
                if (ofOne) {
                    single.put(named.group(1), parse.apply(value));
                } else {
                    rest = parse.apply(value);
                }
            } catch (IllegalArgumentException e) {
                String shown = CREDENTIALS.matcher(text).replaceFirst("//...@");
                throw new Failure(option + " " + Quoted.of(shown) + " (expected: " + e.getMessage() + ")", e);
            }
        }
        return new ByRevision<>(rest, single);
    }

    private static IstioVersion version(String text) {
        return IstioVersion.parse(text).orElseThrow(() -> new IllegalArgumentException(IstioVersion.EXPECTED));
    }

    private static ChartSource source(String text) {
        return ChartSource.parse(text);
    }

    private Map<String, List<ExtraValues>> extraValues() {
        Map<String, List<ExtraValues>> extra = new HashMap<>();
        for (String text : values) {
            Matcher named = NAMED.matcher(text);
            if (!named.matches()) {
                throw new Failure("--values " + Quoted.of(text) + ": no usergroup (expected: USERGROUP=FILE)");
            }
            Path file = Path.of(named.group(2));
            try {
                extra.computeIfAbsent(named.group(1), usergroup -> new ArrayList<>())
                        .add(ExtraValues.read(file));
            } catch (IOException e) {
                throw new Failure(String.valueOf(e.getMessage()), e);
            }
        }
        return extra;
    }

    private Map<String, List<String>> members(Tenancy tenancy) {
        if (identities == Identities.TRUST_DOMAIN) {
            if (namespaces != null) {
                throw new Failure(
                        "--namespaces is not read without --identities=namespaces (expected: both or neither)");
            }
            return Map.of();
        }
        if (namespaces == null) {
            throw new Failure(
                    "--identities=namespaces without namespaces (expected: --namespaces FILE, from `kubectl get namespaces -o yaml`)");
        }
        return Members.of(InputFiles.manifests(namespaces), tenancy);
    }
}
