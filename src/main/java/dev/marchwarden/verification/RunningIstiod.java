package dev.marchwarden.verification;

/**
 * An istiod as its Deployment shows it.
 *
 * @param revision empty where it has no label for one
 * @param version of Istio, or the tag of the image where that is no version; empty where it has none
 */
public record RunningIstiod(String namespace, String name, String revision, String version) {}
