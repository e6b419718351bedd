package dev.marchwarden.chart;

import java.util.List;

/**
 * Values under one heading.
 *
 * @param text what the values have in common; may be empty
 */
record ValuesSection(String title, String text, List<ChartValue> values) {}
