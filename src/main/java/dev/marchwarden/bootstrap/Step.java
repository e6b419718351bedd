package dev.marchwarden.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import dev.marchwarden.istio.IstioNames;
import java.util.List;

/** A part of the desired state that is applied together, after the steps before it. */
public sealed interface Step {
    /** The same for the same tenancy, whatever else is asked for: {@code base}, or {@code USERGROUP/WHAT}. */
    String name();

    /** One sentence: what it is there for. */
    String purpose();

    /** When the next step may begin. */
    Ready ready();

    /** What is waited for after a step. */
    enum Ready {
        /** Nothing more than that it was written, or installed. */
        WRITTEN,
        /** A caBundle in each webhook: until then the API server cannot call it, and denies what it is for. */
        CALLABLE,
        /** The Deployment of the release's name is available. */
        AVAILABLE
    }

    /**
     * Objects to be applied.
     *
     * @param objects in their order; never changed
     */
    record Objects(String name, String purpose, List<JsonNode> objects) implements Step {
        public Objects {
            objects = List.copyOf(objects);
        }

        @Override
        public Ready ready() {
            return objects.stream().anyMatch(object -> object.has("webhooks")) ? Ready.CALLABLE : Ready.WRITTEN;
        }
    }

    /** A release to be installed, or upgraded, and waited for. */
    record Release(String name, String purpose, HelmRelease release) implements Step {
        @Override
        public Ready ready() {
            return release.chart().name().equals(IstioNames.ISTIOD) ? Ready.AVAILABLE : Ready.WRITTEN;
        }
    }
}
