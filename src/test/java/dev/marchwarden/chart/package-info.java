/** The Helm chart, as a real helm renders it. */
@NullMarked
package dev.marchwarden.chart;

import org.jspecify.annotations.NullMarked;
