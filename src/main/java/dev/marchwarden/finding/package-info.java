/**
 * What the commands that examine a cluster report: one record, and its one form in JSON. Every package may use it; it depends on {@code text} only.
 */
@NullMarked
package dev.marchwarden.finding;

import org.jspecify.annotations.NullMarked;
