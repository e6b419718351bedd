package dev.marchwarden.service;

import dev.marchwarden.reporting.ReportApi;
import dev.marchwarden.reporting.StandingAudit.Rhythm;
import org.jspecify.annotations.Nullable;

/**
 * How the replica that leads audits the cluster.
 *
 * @param role name of the ClusterRole that reports belong to
 * @param reports null where none are written
 */
public record AuditPlan(
        String role, Rhythm rhythm, @Nullable ReportApi reports) {}
