package dev.marchwarden.verification;

import dev.marchwarden.bootstrap.IstioVersion;
import java.util.Optional;

/** What the name of an image tells. */
final class Images {
    private Images() {}

    /** {@code registry:5000/istio/pilot:1.30.3-distroless@sha256:...}: 1.30.3. */
    static Optional<IstioVersion> version(String image) {
        String tag = tag(image);
        return IstioVersion.parse(tag)
                .map(version -> isVariant(version.preRelease())
                        ? new IstioVersion(version.major(), version.minor(), version.patch(), "")
                        : version);
    }

    /** For people: the version, or the tag where that is none. Empty where there is no tag. */
    static String title(String image) {
        return version(image).map(Object::toString).orElseGet(() -> tag(image));
    }

    private static String tag(String image) {
        String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
        int colon = name.lastIndexOf(':');
        return colon > name.lastIndexOf('/') ? name.substring(colon + 1) : "";
    }

    /** The same release, packed otherwise. */
    private static boolean isVariant(String suffix) {
        return suffix.equals("distroless") || suffix.equals("debug");
    }
}
