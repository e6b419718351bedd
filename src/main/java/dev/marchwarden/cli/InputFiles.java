package dev.marchwarden.cli;

import dev.marchwarden.cluster.ApiServer;
import dev.marchwarden.kubernetes.ClusterConfig;
import dev.marchwarden.manifest.InvalidManifestException;
import dev.marchwarden.manifest.Manifest;
import dev.marchwarden.manifest.ManifestFiles;
import dev.marchwarden.manifest.ManifestReader;
import dev.marchwarden.tenancy.InvalidTenancyException;
import dev.marchwarden.tenancy.Tenancy;
import dev.marchwarden.tenancy.TenancyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files that commands are given; what is wrong with one ends the command. */
final class InputFiles {
    private InputFiles() {}

    static Tenancy tenancy(Path file) {
        try {
            return TenancyFile.read(file);
        } catch (InvalidTenancyException e) {
            int count = e.problems().size();
            throw new Failure(
                    file + " is no valid tenancy, " + count + (count == 1 ? " mistake:\n" : " mistakes:\n")
                            + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    static List<Manifest> manifests(List<Path> paths) {
        rejectEmpty(paths);
        try {
            return new ManifestReader(System.in).read(paths);
        } catch (InvalidManifestException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable(paths, e);
        }
    }

    /** What can be read, and what cannot. */
    static ManifestFiles manifestFiles(List<Path> paths) {
        rejectEmpty(paths);
        return new ManifestReader(System.in).readAll(paths);
    }

    private static void rejectEmpty(List<Path> paths) {
        if (paths.stream().anyMatch(path -> path.toString().isEmpty())) {
            throw new Failure("an empty path (expected: a file, a directory, or - for standard input)");
        }
    }

    /** @param kubeconfig null for the cluster that kubectl would use, or that of the pod */
    static ApiServer apiServer(@Nullable Path kubeconfig) {
        return new ApiServer(cluster(kubeconfig, null));
    }

    static ClusterConfig cluster(@Nullable Path kubeconfig, @Nullable String context) {
        try {
            return ClusterConfig.find(kubeconfig, context);
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()), e);
        }
    }

    static Failure unreadable(Object file, IOException e) {
        return new Failure(file + " cannot be read (expected: a file that exists and is readable)", e);
    }
}
