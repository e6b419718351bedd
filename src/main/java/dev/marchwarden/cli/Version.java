package dev.marchwarden.cli;

import picocli.CommandLine.IVersionProvider;

/** What this is, from the jar's manifest. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "marchwarden " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
        };
    }
}
