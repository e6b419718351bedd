/**
 * The decision: what a change of the cluster would do to the border between usergroups. Pure: immutable values in, a {@link
 * dev.marchwarden.policy.Judgement} out; nothing here does I/O, blocks or looks at the clock.
 *
 * <p>{@link dev.marchwarden.policy.Policy} is the one entry; every entry point (webhook, {@code review}, {@code check}) goes through it. The
 * rules are in {@code policy.rules} (namespaces), {@code policy.config} and {@code policy.workload}, one class a rule. Depends on {@code
 * tenancy} and {@code reach} only.
 */
@NullMarked
package dev.marchwarden.policy;

import org.jspecify.annotations.NullMarked;
