/**
 * The rules, one class each, named as the rule is. A new one is a class here, a line in the list of its family ({@link
 * dev.marchwarden.policy.rules.NamespaceRules}) and a page in the rule book ({@code resources/dev/marchwarden/policy/rules}).
 */
@NullMarked
package dev.marchwarden.policy.rules;

import org.jspecify.annotations.NullMarked;
