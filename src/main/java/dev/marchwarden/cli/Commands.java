package dev.marchwarden.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The commands by their names. The class of one is loaded when it is named: most of a short command's time would go there. */
final class Commands {
    private static final List<String> NAMES = List.of(
            "demo",
            "serve",
            "selftest",
            "review",
            "check",
            "audit",
            "map",
            "tenancy",
            "bootstrap",
            "verify",
            "render-twin",
            "log",
            "certs",
            "explain",
            "completion",
            "version");

    private Commands() {}

    /** In the order in which help lists them. */
    static List<String> names() {
        return NAMES;
    }

    static void addAll(CommandLine root) {
        names().forEach(name -> add(name, root));
    }

    /** @param name one of {@link #names} */
    static void add(String name, CommandLine root) {
        root.addSubcommand(name, new CommandLine(type(name)));
    }

    /** Adds them as far as a list of them needs it: name and description, nothing to run. */
    static void addDescriptions(CommandLine root) {
        for (String name : names()) {
            CommandSpec spec = CommandSpec.create().name(name);
            spec.usageMessage()
                    .description(type(name).getAnnotation(Command.class).description());
            root.addSubcommand(name, spec);
        }
    }

    /** A switch names a class without loading it, and without a class for each lambda. */
    private static Class<?> type(String name) {
        return switch (name) {
            case "demo" -> DemoCommand.class;
            case "serve" -> ServeCommand.class;
            case "selftest" -> SelftestCommand.class;
            case "review" -> ReviewCommand.class;
            case "check" -> CheckCommand.class;
            case "audit" -> AuditCommand.class;
            case "map" -> MapCommand.class;
            case "tenancy" -> TenancyCommand.class;
            case "bootstrap" -> BootstrapCommand.class;
            case "verify" -> VerifyCommand.class;
            case "render-twin" -> RenderTwinCommand.class;
            case "log" -> LogCommand.class;
            case "certs" -> CertsCommand.class;
            case "explain" -> ExplainCommand.class;
            case "completion" -> CompletionCommand.class;
            case "version" -> VersionCommand.class;
            default -> throw new IllegalArgumentException(name);
        };
    }
}
