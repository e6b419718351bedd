/**
 * A model of a cluster: namespaces under sequences of writes, each sent through both webhooks as an API server would, held against what
 * must be true of the border whatever was written. Says nothing of how the policy comes to its decisions.
 */
@NullMarked
package dev.marchwarden.model;

import org.jspecify.annotations.NullMarked;
