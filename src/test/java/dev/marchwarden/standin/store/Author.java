package dev.marchwarden.standin.store;

/**
 * Who writes fields, as managed fields have it.
 *
 * @param subresource empty for the object itself
 * @param time as timestamps are written
 */
public record Author(String manager, String subresource, String time) {}
