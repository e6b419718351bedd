package dev.marchwarden.bench;

import dev.marchwarden.server.TlsEngine;
import dev.marchwarden.server.WebhookServer;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Where and when figures were taken; without it they mean nothing. */
final class Header {
    private Header() {}

    static void print(String what, boolean quick, List<String> serverCommand) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
        String transport = WebhookServer.transport(vertx);
        vertx.close().await();
        line("## " + what);
        line("");
        line("| | |");
        line("|---|---|");
        row(
                "run",
                (quick ? "**quick**: to see that it works, not for figures" : "full") + ", "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS));
        row("machine", processor() + ", " + Runtime.getRuntime().availableProcessors() + " cores, " + memory());
        row(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", load average at the start "
                        + String.format(
                                Locale.ROOT,
                                "%.1f",
                                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
        row("JDK", System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"));
        row("TLS engine, transport", TlsEngine.best().spelling() + ", " + transport);
        row("flags", "`" + String.join(" ", serverCommand.subList(1, serverCommand.size())) + "`");
        line("");
    }

    static void line(String text) {
        System.out.println(text);
    }

    private static void row(String name, String value) {
        line("| " + name + " | " + value + " |");
    }

    private static String processor() {
        return firstOf("/proc/cpuinfo", "model name", System.getProperty("os.arch"));
    }

    private static String memory() {
        String total = firstOf("/proc/meminfo", "MemTotal", "");
        return total.isEmpty() ? "memory unknown" : Long.parseLong(total.replaceAll("\\D", "")) / 1024 / 1024 + " GiB";
    }

    private static String firstOf(String file, String key, String otherwise) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(otherwise);
        } catch (IOException e) {
            return otherwise;
        }
    }
}
