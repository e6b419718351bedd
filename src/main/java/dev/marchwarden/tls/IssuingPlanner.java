package dev.marchwarden.tls;

import dev.marchwarden.certificates.Keyring;
import dev.marchwarden.certificates.KeyringReader;
import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Issues what is in the Secret, and publishes its authorities. */
final class IssuingPlanner implements StepPlanner {
    private static final Logger LOG = LoggerFactory.getLogger(IssuingPlanner.class);

    private final String secret;
    private final Rotation rotation;
    private List<String> problems = List.of();

    /** @param secret how messages call it */
    IssuingPlanner(String secret, Rotation rotation) {
        this.secret = secret;
        this.rotation = rotation;
    }

    @Override
    public RotationStep next(Map<String, byte[]> data, @Nullable Publication publication, Instant now) {
        KeyringReader reader = new KeyringReader(data, secret, now);
        Keyring keyring = reader.read();
        if (!reader.problems().equals(problems)) {
            problems = reader.problems();
            problems.forEach(problem -> LOG.warn("{}; it will be issued again", problem));
        }
        return rotation.next(keyring, publication, now);
    }
}
