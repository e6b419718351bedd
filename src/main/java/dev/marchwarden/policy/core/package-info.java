/** The rules about objects of Kubernetes itself that a mesh is made of. */
@NullMarked
package dev.marchwarden.policy.core;

import org.jspecify.annotations.NullMarked;
