/** Text from elsewhere made fit for people: quoted, and the known word that a mistyped one comes closest to. Depends on no other package of ours; every other package may use it. */
@NullMarked
package dev.marchwarden.text;

import org.jspecify.annotations.NullMarked;
