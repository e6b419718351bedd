/** Marchwarden in front of a real kube-apiserver, played by kubectl: {@code mvn verify -Pcluster}. */
@NullMarked
package dev.marchwarden.realcluster;

import org.jspecify.annotations.NullMarked;
