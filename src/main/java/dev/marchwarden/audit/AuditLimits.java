package dev.marchwarden.audit;

/**
 * How many findings are kept whole. All are counted.
 *
 * @param perNamespace of one namespace, the denied ones before the others
 * @param total of all namespaces; a namespace that comes later has counts only
 * @param problems of those that say why something was not judged
 */
public record AuditLimits(int perNamespace, int total, int problems) {
    public static final AuditLimits DEFAULT = new AuditLimits(200, 10_000, 500);
}
