/**
 * Measures Marchwarden: JMH benchmarks of the steps of a decision, a load test against a floor, and the start. No tests; compiled by the
 * Maven profile {@code bench} only. How to read what comes out: docs/benchmarks.md.
 */
@NullMarked
package dev.marchwarden.bench;

import org.jspecify.annotations.NullMarked;
