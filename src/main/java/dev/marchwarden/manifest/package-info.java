/**
 * Kubernetes objects in files: YAML with several documents, JSON, lists, directories, standard input. Knows nothing of rules; depends on
 * {@code tenancy} only.
 */
@NullMarked
package dev.marchwarden.manifest;

import org.jspecify.annotations.NullMarked;
