/** Who tries what, and what becomes of it: the table in {@code test-fixtures/misuse}, sent as an API server would. */
@NullMarked
package dev.marchwarden.misuse;

import org.jspecify.annotations.NullMarked;
