/**
 * What {@code serve} runs: the webhook with everything around it, wired. Knows no option of a command.
 */
@NullMarked
package dev.marchwarden.service;

import org.jspecify.annotations.NullMarked;
