package dev.marchwarden.cli;

import dev.marchwarden.certificates.TlsDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code certs}: the certificates of the webhook. */
@Command(
        name = "certs",
        description = "Issues certificates for the webhook.",
        subcommands = CertsCommand.Issue.class,
        synopsisSubcommandLabel = "COMMAND")
final class CertsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.ERROR;
    }

    @Command(
            name = "issue",
            description = "Issues a CA and a serving certificate from it into a directory.",
            exitCodeList = {"0:issued", "2:nothing was changed"},
            footer = {
                "",
                "Example:",
                "  marchwarden certs issue --dir /tmp/tls --host marchwarden.marchwarden.svc --host 127.0.0.1",
                "",
                "The directory then holds ca.crt (for the webhook configuration), ca.key (keep it elsewhere),",
                "tls.crt and tls.key (what `serve --tls-dir` reads). Keys are readable by their owner only."
            })
    static final class Issue implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(
                names = "--dir",
                required = true,
                paramLabel = "DIR",
                description = "The directory to write to; created if it does not exist.")
        private Path directory;

        @Option(
                names = "--host",
                required = true,
                paramLabel = "HOST",
                description = "A DNS name or IP address that clients will use; may be given several times.")
        private List<String> hosts;

        @Option(names = "--force", description = "Replace existing files.")
        private boolean force;

        @Override
        public Integer call() {
            try {
                new TlsDirectory(directory, InstantSource.system()).issue(hosts, force);
            } catch (IllegalArgumentException e) {
                throw new Failure(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new Failure(explanation(e), e);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("issued for " + String.join(", ", hosts) + " in " + directory + ":");
            out.println("  ca.crt   the CA, for the caBundle of the webhook configurations");
            out.println("  ca.key   its key; keep it elsewhere, or delete it");
            out.println("  tls.crt  the serving certificate");
            out.println("  tls.key  its key");
            return ExitCode.OK;
        }

        /** Most of Java's messages are a path and nothing else. */
        private String explanation(IOException e) {
            return e instanceof FileSystemException failed && failed.getReason() != null
                    ? String.valueOf(e.getMessage())
                    : directory + " cannot be written (" + e.getClass().getSimpleName()
                            + "; expected: a directory that can be made or is writable)";
        }
    }
}
