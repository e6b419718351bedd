package dev.marchwarden.service;

import dev.marchwarden.cluster.LiveCluster;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.server.WatchedFiles;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import dev.marchwarden.tenancy.TenancyWarnings;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that decisions are made by.
 *
 * @param namespaces manifests; empty where a cluster has the namespaces
 * @param watched both of them, as they were before they were read
 */
public record TenancyFiles(Path config, List<Path> namespaces, WatchedFiles watched) {
    private static final Logger LOG = LoggerFactory.getLogger(TenancyFiles.class);

    public TenancyFiles {
        namespaces = List.copyOf(namespaces);
    }

    /** To be called before anything is read from them. */
    public static TenancyFiles of(Path config, List<Path> namespaces) {
        return new TenancyFiles(
                config,
                namespaces,
                new WatchedFiles(
                        Stream.concat(Stream.of(config), namespaces.stream()).toList()));
    }

    /** Logs what is unwise in a tenancy that was read from {@link #config}. */
    public void warn(Tenancy tenancy) {
        TenancyWarnings.of(tenancy, Instant.now()).forEach(warning -> LOG.warn("{}: {}", config, warning));
    }

    /** @param cluster whose namespaces are decided by; null where the files have them */
    DecisionInputs read(@Nullable LiveCluster cluster) throws Exception {
        Tenancy tenancy = TenancyFile.read(config);
        if (cluster != null && !tenancy.usergroupLabel().equals(cluster.usergroupLabel())) {
            throw new IllegalStateException("spec.usergroupLabel is " + tenancy.usergroupLabel() + " (expected: "
                    + cluster.usergroupLabel() + ", or a restart: the namespaces are kept with that label)");
        }
        warn(tenancy);
        return DecisionInputs.of(tenancy, new ManifestReader(InputStream.nullInputStream()).read(namespaces));
    }
}
