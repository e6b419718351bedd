/**
 * The certificate that the webhook serves with, and the authority that the API server trusts it by: issued here, written to and read
 * back from one directory of PEM files.
 *
 * <p>A {@link dev.marchwarden.certificates.ServingCertificate} that exists can be served: its key belongs to it, it is valid and it
 * names a host. {@link dev.marchwarden.certificates.TlsDirectory} says in one sentence why a directory holds none. A
 * {@link dev.marchwarden.certificates.RootBundle} is what the proxies of a mesh believe. BouncyCastle is used in this package only. All
 * of it blocks, on files and on key generation: no event loop may call it. Depends on no other package of ours.
 */
@NullMarked
package dev.marchwarden.certificates;

import org.jspecify.annotations.NullMarked;
