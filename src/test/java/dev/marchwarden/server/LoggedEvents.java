package dev.marchwarden.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What a class logs while this is open. */
public final class LoggedEvents implements AutoCloseable {
    private final Logger logger;
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            events.add(event);
        }
    };

    private final @Nullable Level level;

    /** At the usual level, whatever another test has left behind. */
    private LoggedEvents(Logger logger) {
        this.logger = logger;
        this.level = logger.getLevel();
        logger.setLevel(Level.INFO);
    }

    public static LoggedEvents of(Class<?> type) {
        LoggedEvents open = new LoggedEvents((Logger) LoggerFactory.getLogger(type));
        open.appender.start();
        open.logger.addAppender(open.appender);
        return open;
    }

    /** Of all classes of this product. */
    public static LoggedEvents all() {
        LoggedEvents open = new LoggedEvents((Logger) LoggerFactory.getLogger("dev.marchwarden"));
        open.appender.start();
        open.logger.addAppender(open.appender);
        return open;
    }

    /** Messages that an operator would be alarmed by. */
    public List<String> alarms() {
        return events.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    public List<String> messages() {
        return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setLevel(level);
        appender.stop();
    }
}
