package dev.marchwarden.reachability;

/**
 * What the proof rests on.
 *
 * @param name in a word
 * @param statement in a sentence
 * @param checked whether the objects say so; otherwise it is assumed
 * @param basis the object that says so, or the check of {@code verify} that can tell
 */
public record Fact(String name, String statement, boolean checked, String basis) {}
