package dev.marchwarden.cli;

import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.cluster.NamespaceSnapshot;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.policy.Policy;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is decided by; replaced as a whole.
 *
 * @param namespaces from files; empty and of no use where there is a cluster
 */
record World(Policy policy, NamespaceSnapshot namespaces) {
    static World of(Tenancy tenancy, List<Manifest> manifests) {
        return new World(new Policy(tenancy), NamespaceSnapshot.of(manifests, tenancy.usergroupLabel()));
    }

    /** @param cluster whose namespaces are decided by; null where the files have them */
    static World read(Path config, List<Path> namespaces, @Nullable LiveCluster cluster) throws Exception {
        Tenancy tenancy = TenancyFile.read(config);
        if (cluster != null && !tenancy.usergroupLabel().equals(cluster.usergroupLabel())) {
            throw new IllegalStateException("spec.usergroupLabel is " + tenancy.usergroupLabel() + " (expected: "
                    + cluster.usergroupLabel() + ", or a restart: the namespaces are kept with that label)");
        }
        return of(tenancy, new ManifestReader(InputStream.nullInputStream()).read(namespaces));
    }
}
