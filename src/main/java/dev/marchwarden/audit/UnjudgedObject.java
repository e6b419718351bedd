package dev.marchwarden.audit;

/**
 * An object or kind that could not be read or judged.
 *
 * @param file empty where the problem is about more than one, or the object comes from a cluster
 * @param line from 1; 0 where there is none
 * @param namespace of an object, or its own name where it is a Namespace; empty where there is none
 * @param subject kind and name of an object; empty where there is none
 */
public record UnjudgedObject(String file, int line, String namespace, String subject, String problem) {}
