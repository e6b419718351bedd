package dev.marchwarden.tls;

import dev.marchwarden.certificates.Keyring;
import dev.marchwarden.certificates.KeyringReader;
import dev.marchwarden.certificates.Publication;
import dev.marchwarden.certificates.Rotation;
import dev.marchwarden.certificates.RotationStep;
import dev.marchwarden.certificates.ServingCertificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Issues what is in the Secret, and publishes its authorities. */
final class IssuingPlanner implements StepPlanner {
    private static final Logger LOG = LoggerFactory.getLogger(IssuingPlanner.class);

    private final String secret;
    private final Rotation rotation;
    private final Supplier<@Nullable ServingCertificate> served;
    private List<String> problems = List.of();

    /**
     * @param secret how messages call it
     * @param served what this replica serves; null while that is nothing
     */
    IssuingPlanner(String secret, Rotation rotation, Supplier<@Nullable ServingCertificate> served) {
        this.secret = secret;
        this.rotation = rotation;
        this.served = served;
    }

    @Override
    public RotationStep next(Map<String, byte[]> data, @Nullable Publication publication, Instant now) {
        KeyringReader reader = new KeyringReader(data, secret, now);
        Keyring keyring = reader.read();
        if (!reader.problems().equals(problems)) {
            problems = reader.problems();
            problems.forEach(problem -> LOG.warn("{}; it will be issued again", problem));
        }
        return rotation.next(keyring, publication, served.get(), now);
    }
}
