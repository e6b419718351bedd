/** Jackson's factories and mappers, each made once with the settings that its input needs. Depends on no other package of ours; every other package may use it. */
@NullMarked
package dev.marchwarden.json;

import org.jspecify.annotations.NullMarked;
