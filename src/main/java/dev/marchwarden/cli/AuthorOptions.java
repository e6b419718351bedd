package dev.marchwarden.cli;

import dev.marchwarden.policy.User;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --as} and {@code --as-group}: on whose behalf something is judged. */
final class AuthorOptions {
    @Option(names = "--as", paramLabel = "USER", description = "Judge as for this user.")
    private @Nullable String user;

    @Option(
            names = "--as-group",
            paramLabel = "GROUP",
            description = "A group of that user; may be given several times.")
    private @Nullable List<String> groups;

    /** The user, where one was named. */
    Optional<User> author() {
        if (user == null) {
            if (groups != null) {
                throw new Failure("--as-group without --as (expected: whose groups they are)");
            }
            return Optional.empty();
        }
        return Optional.of(new User(user, groups == null ? List.of() : groups));
    }
}
