/**
 * The rules about configuration of Istio and the Gateway API, one class a rule, and how the values that they read are read. A rule says
 * which {@link dev.marchwarden.reach.Reach} it interprets; which fields have it is in the reach table. {@link
 * dev.marchwarden.policy.config.ConfigRules#ALL} lists them; a new one is added there.
 */
@NullMarked
package dev.marchwarden.policy.config;

import org.jspecify.annotations.NullMarked;
