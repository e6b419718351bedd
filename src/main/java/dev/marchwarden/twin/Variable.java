package dev.marchwarden.twin;

/** A variable of a policy: evaluated at most once a request, and only where something refers to it. */
record Variable(String name, String expression) {}
