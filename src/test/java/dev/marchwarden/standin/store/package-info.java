/** What etcd and the API server's registry do: resources, their objects with their history, selectors and patches. */
@NullMarked
package dev.marchwarden.standin.store;

import org.jspecify.annotations.NullMarked;
