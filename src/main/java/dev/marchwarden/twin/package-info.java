/**
 * The CEL twin: ValidatingAdmissionPolicies and their bindings, generated from a tenancy, that decide in the API server what can be decided
 * there. It goes on while no webhook answers. One class makes the checks of a resource, in the order of the webhook's rules; {@link
 * dev.marchwarden.twin.CelTwin} makes objects of them. May know the tenancy, the reach table and Istio's names.
 *
 * <p>The values of the tenancy stand in the expressions, not in a parameter object: there is then no object whose loss would stop or open
 * anything, an API server never has the expressions of one tenancy beside the parameters of another, and lists of a known length cost a known
 * amount. A variable is evaluated once a request and only where a check needs it.
 *
 * <p>A check never denies what the webhook allows. What a check cannot tell (other namespaces, the time, similar names) is left to the webhook,
 * and the page of the rule in the rule book says so.
 */
@NullMarked
package dev.marchwarden.twin;

import org.jspecify.annotations.NullMarked;
