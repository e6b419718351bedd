package dev.marchwarden.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.marchwarden.server.DecisionLog;
import java.nio.charset.StandardCharsets;
import org.slf4j.LoggerFactory;

/**
 * Logging: decisions, and nothing else, on standard output; everything else on standard error, one line an event whatever its message
 * holds. In Java rather than XML, which takes a tenth of a second to read.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String OWN = "dev.marchwarden";
    private static final String ERR = "System.err";
    private static final String OUT = "System.out";
    private static final String EVENT =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0}: %replace(%msg){'[\\r\\n]+', ' | '}%n%rEx{20}";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Logger root = root(context);
        root.setLevel(Level.INFO);
        root.addAppender(appender(context, ERR, pattern(context, EVENT)));
        context.getLogger("io.netty").setLevel(Level.WARN);
        context.getLogger("io.vertx").setLevel(Level.WARN);
        // Its failures are thrown too, and told in one line by dev.marchwarden.kubernetes.
        context.getLogger("io.fabric8").setLevel(Level.OFF);

        Logger decisions = context.getLogger(DecisionLog.LOGGER);
        decisions.setAdditive(false);
        decisions.addAppender(appender(context, OUT, pattern(context, "%msg%n")));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static Logger root(LoggerContext context) {
        return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    /**
     * For everything but decisions, which are one JSON object a line in any case.
     *
     * @param level of this product's own messages; those of libraries are logged from {@code WARN} on, or from {@code ERROR} on
     */
    static void use(LogFormat format, LogLevel level) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Logger root = root(context);
        root.setLevel(level == LogLevel.ERROR ? Level.ERROR : level == LogLevel.WARN ? Level.WARN : Level.INFO);
        context.getLogger(OWN).setLevel(Level.valueOf(level.name()));
        if (format == LogFormat.JSON) {
            root.detachAppender(ERR);
            root.addAppender(appender(context, ERR, new JsonLogEncoder()));
            Thread.setDefaultUncaughtExceptionHandler((thread, thrown) ->
                    LoggerFactory.getLogger(OWN).error("the thread {} has died", thread.getName(), thrown));
        }
    }

    /** For commands whose output is for people: only problems are logged. */
    static void quiet() {
        ((Logger) LoggerFactory.getLogger(OWN)).setLevel(Level.WARN);
    }

    private static Encoder<ILoggingEvent> pattern(LoggerContext context, String pattern) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setPattern(pattern);
        return encoder;
    }

    private static ConsoleAppender<ILoggingEvent> appender(
            LoggerContext context, String target, Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName(target);
        appender.setTarget(target);
        appender.setEncoder(encoder);
        appender.start();
        return appender;
    }
}
