/**
 * The rule book: what each rule is for, in words for tenants, with an example each way. The pages are resources beside this package; a
 * test plays every example, and {@code docs/rules.md} is made from them. Depends on {@code tenancy} only.
 */
@NullMarked
package dev.marchwarden.rulebook;

import org.jspecify.annotations.NullMarked;
