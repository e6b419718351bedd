package dev.marchwarden.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.marchwarden.json.JsonStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;

/**
 * One line of printable ASCII an event: {@code time}, {@code level}, {@code logger}, {@code message} and, where something was thrown, {@code
 * exception}. {@code time} is as in the decision log, so that the lines of both can be sorted together; Logback's own encoder writes
 * milliseconds under another name.
 */
final class JsonLogEncoder extends EncoderBase<ILoggingEvent> {
    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        try (JsonGenerator out = JsonStreams.ASCII.createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField(
                    "time", event.getInstant().truncatedTo(ChronoUnit.MICROS).toString());
            out.writeStringField("level", event.getLevel().toString());
            out.writeStringField("logger", shortName(event.getLoggerName()));
            out.writeStringField("message", event.getFormattedMessage());
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown != null) {
                out.writeStringField("exception", ThrowableProxyUtil.asString(thrown));
            }
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e); // an array does not fail to be written to
        }
        return line.toByteArray();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
