package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.MeshLabels;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.Usergroup;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of a step that every usergroup has. {@link UsergroupSteps#ALL} lists them in the order in which they are applied. Derived
 * from it are the plan, what is applied and awaited, the rights that preflight asks for and that the Job of the chart has, what {@code remove}
 * deletes (in the reverse order), and what {@code verify} compares.
 */
public final class UsergroupStep {
    /** The check of {@code verify} for a step that has none of its own: each object is there as it was written. */
    public static final String AS_WRITTEN = "as-written";

    /** What a part is made for, by its labels. */
    public enum Scope {
        USERGROUP,
        REVISION,
        TAG
    }

    /**
     * A kind of object that the step writes, with the mark that all our objects carry.
     *
     * @param name with names to be filled in, as in <code>${usergroup}-peerauth</code>
     * @param namespaced in the system namespace, if so; otherwise it is a webhook configuration whose Service is there
     */
    public record Part(String apiVersion, String kind, String name, boolean namespaced, Scope scope) {
        private static Part of(JsonNode document) {
            JsonNode metadata = document.path("metadata");
            JsonNode labels = metadata.path("labels");
            if (!labels.path("app.kubernetes.io/managed-by").asText().equals("marchwarden")) {
                throw new IllegalStateException(metadata.path("name") + " has no label that says bootstrap made it");
            }
            return new Part(
                    document.path("apiVersion").asText(),
                    document.path("kind").asText(),
                    metadata.path("name").asText(),
                    metadata.has("namespace"),
                    labels.has(MeshLabels.TAG)
                            ? Scope.TAG
                            : labels.has(MeshLabels.REVISION) ? Scope.REVISION : Scope.USERGROUP);
        }
    }

    /** Makes the steps for one usergroup: none, one, or one for each revision or tag. */
    interface Wanted {
        Stream<Step> of(UsergroupSteps usergroup);
    }

    private final String name;
    private final String check;
    private final @Nullable String template;
    private final Wanted wanted;

    private UsergroupStep(String name, String check, @Nullable String template, Wanted wanted) {
        this.name = name;
        this.check = check;
        this.template = template;
        this.wanted = wanted;
    }

    /** Every object of it is a copy of {@code NAME.yaml}, made for the usergroup. */
    static UsergroupStep template(String name, String check, String purpose) {
        return new UsergroupStep(
                name, check, name + ".yaml", its -> Stream.of(its.fromTemplate(name, purpose, name + ".yaml")));
    }

    /** @param template the resource with a document for each kind of object */
    static UsergroupStep objects(String name, String check, String template, Wanted wanted) {
        return new UsergroupStep(name, check, template, wanted);
    }

    /** What it deploys is the business of a chart. */
    static UsergroupStep releases(String name, String check, Wanted wanted) {
        return new UsergroupStep(name, check, null, wanted);
    }

    /** {@code WHAT} of {@code USERGROUP/WHAT}, or what that begins with. */
    public String name() {
        return name;
    }

    /** Of {@code verify}: the check that tells whether it is in force; {@link #AS_WRITTEN} for none of its own. */
    public String check() {
        return check;
    }

    public boolean hasReleases() {
        return template == null;
    }

    /** Empty where it {@link #hasReleases() has releases}. */
    public List<Part> parts() {
        return template == null
                ? List.of()
                : Template.raw(template).stream().map(Part::of).toList();
    }

    Stream<Step> of(UsergroupSteps usergroup) {
        return wanted.of(usergroup);
    }

    /** What it wants where that depends on the tenancy and on {@code egress} alone, as it does where the check is {@link #AS_WRITTEN}. */
    public List<Step> steps(Tenancy tenancy, Usergroup usergroup, Egress egress) {
        return of(new UsergroupSteps(tenancy, usergroup, List.of(), List.of(), egress))
                .toList();
    }
}
