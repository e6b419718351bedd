@org.jspecify.annotations.NullMarked
package dev.marchwarden.verification;
