package dev.marchwarden.tls;

import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.RotationStep;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Decides what the leader does next. */
interface StepPlanner {
    /**
     * @param secret what the Secret holds
     * @param publication what the webhook configurations carry; null where that could not be read
     */
    RotationStep next(Map<String, byte[]> secret, @Nullable Publication publication, Instant now);
}
