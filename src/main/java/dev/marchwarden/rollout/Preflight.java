package dev.marchwarden.rollout;

import dev.marchwarden.bootstrap.ClusterState;
import dev.marchwarden.bootstrap.DesiredState;
import dev.marchwarden.bootstrap.Plan;
import dev.marchwarden.cluster.ClusterObjects;
import dev.marchwarden.finding.Finding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks at a cluster before anything is done to it. */
public final class Preflight {
    /** Server-side apply is finished from then on. */
    private static final int OLDEST_MINOR = 22;

    private static final Pattern VERSION = Pattern.compile("v1\\.(\\d+)\\..*");

    private final ClusterObjects objects;

    public Preflight(ClusterObjects objects) {
        this.objects = objects;
    }

    /** What is in the way, errors first. */
    public List<Finding> findings(DesiredState desired, ClusterState state, Plan plan, Survey survey)
            throws IOException {
        List<Finding> findings = new ArrayList<>();
        version(findings);
        findings.addAll(new RequiredRights(objects).missing(plan));
        findings.addAll(new Ownership(objects).findings(desired, state));
        findings.addAll(new ExistingIstio(desired.tenancy(), survey).findings());
        findings.addAll(new ExistingMembers(desired.tenancy(), survey, state).findings());
        findings.sort(Comparator.comparing(Finding::severity).reversed());
        return findings;
    }

    private void version(List<Finding> findings) throws IOException {
        String version = objects.version();
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            findings.add(Finding.warning(
                    "kubernetes-version",
                    "the API server",
                    "its version \"" + version + "\" is none that we know",
                    "expected: v1.N.N"));
        } else if (Integer.parseInt(parts.group(1)) < OLDEST_MINOR) {
            findings.add(Finding.error(
                    "kubernetes-version",
                    "the API server",
                    "it is Kubernetes " + version,
                    "expected: v1." + OLDEST_MINOR + " or newer, for server-side apply"));
        }
    }
}
