/** What users read: that links lead somewhere, commands exist, and words are those of the glossary. */
@NullMarked
package dev.marchwarden.documentation;

import org.jspecify.annotations.NullMarked;
