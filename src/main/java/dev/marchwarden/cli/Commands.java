package dev.marchwarden.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The commands by their names. The class of one is loaded when it is named: most of a short command's time would go there. */
final class Commands {
    private static final Map<String, Supplier<Class<?>>> ALL = all();

    private Commands() {}

    private static Map<String, Supplier<Class<?>>> all() {
        Map<String, Supplier<Class<?>>> all = new LinkedHashMap<>();
        all.put("demo", () -> DemoCommand.class);
        all.put("serve", () -> ServeCommand.class);
        all.put("selftest", () -> SelftestCommand.class);
        all.put("review", () -> ReviewCommand.class);
        all.put("check", () -> CheckCommand.class);
        all.put("audit", () -> AuditCommand.class);
        all.put("map", () -> MapCommand.class);
        all.put("tenancy", () -> TenancyCommand.class);
        all.put("bootstrap", () -> BootstrapCommand.class);
        all.put("verify", () -> VerifyCommand.class);
        all.put("render-twin", () -> RenderTwinCommand.class);
        all.put("log", () -> LogCommand.class);
        all.put("certs", () -> CertsCommand.class);
        all.put("explain", () -> ExplainCommand.class);
        all.put("completion", () -> CompletionCommand.class);
        all.put("version", () -> VersionCommand.class);
        return all;
    }

    /** In the order in which help lists them. */
    static Collection<String> names() {
        return ALL.keySet();
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

    private static Class<?> type(String name) {
        Supplier<Class<?>> type = ALL.get(name);
        if (type == null) {
            throw new IllegalArgumentException(name);
        }
        return type.get();
    }
}
