/**
 * The rules about workloads, one class a rule: pods, and the templates that pods are made from. A pod is judged as it comes from the
 * injector, for validating webhooks are asked after mutating ones; a template as its author wrote it. {@link
 * dev.marchwarden.policy.workload.WorkloadRules#ALL} lists them; a new one is added there.
 */
@NullMarked
package dev.marchwarden.policy.workload;

import org.jspecify.annotations.NullMarked;
