package dev.marchwarden.realcluster;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A cluster with Marchwarden in it, for all tests of a class. Everybody may write what Marchwarden judges. */
final class InstalledCluster implements BeforeAllCallback, AfterAllCallback {
    static final Path FIXTURES = Path.of("test-fixtures", "cluster");

    private interface Opening {
        TestCluster open() throws Exception;
    }

    private final Opening opening;
    private final Path tenancy;
    private final String[] settings;
    private @Nullable TestCluster cluster;
    private @Nullable Installation marchwarden;

    private InstalledCluster(Opening opening, Path tenancy, String... settings) {
        this.opening = opening;
        this.tenancy = tenancy;
        this.settings = settings;
    }

    /**
     * @param name of the directory that is written to
     * @param tenancy file
     * @param settings values of the chart
     */
    static InstalledCluster of(String name, Path tenancy, String... settings) {
        return new InstalledCluster(() -> TestCluster.open(name), tenancy, settings);
    }

    /** One that may be broken. */
    static InstalledCluster own(String name, Path tenancy) {
        return new InstalledCluster(() -> TestCluster.openOwn(name), tenancy);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        TestCluster opened = opening.open();
        cluster = opened;
        opened.admin()
                .must(
                        "apply",
                        "-f",
                        FIXTURES.resolve("rights.yaml").toAbsolutePath().toString());
        marchwarden = new Installation(opened, tenancy, settings);
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (marchwarden != null) {
            marchwarden.close();
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    TestCluster cluster() {
        return present(cluster);
    }

    Installation marchwarden() {
        return present(marchwarden);
    }

    /** The cluster admin. */
    Kubectl admin() {
        return cluster().admin();
    }

    private static <T> T present(@Nullable T opened) {
        if (opened == null) {
            throw new IllegalStateException("not open");
        }
        return opened;
    }
}
