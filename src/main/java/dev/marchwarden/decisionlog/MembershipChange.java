package dev.marchwarden.decisionlog;

import dev.marchwarden.policy.Verdict;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A namespace that was permitted to join, leave or change a usergroup or revision. A label that is absent is null. */
public record MembershipChange(
        Instant time,
        String namespace,
        String user,
        Type type,
        @Nullable String usergroupBefore,
        @Nullable String usergroupAfter,
        @Nullable String revisionBefore,
        @Nullable String revisionAfter) {
    static final Comparator<MembershipChange> BY_TIME = Comparator.comparing(MembershipChange::time)
            .thenComparing(MembershipChange::namespace)
            .thenComparing(MembershipChange::user)
            .thenComparing(MembershipChange::type);

    /** What it did. */
    public enum Type {
        JOINED("joined"),
        MOVED("moved"),
        LEFT("left"),
        DELETED("deleted"),
        /** Its usergroup stays. */
        CHANGED_REVISION("changed revision");

        private final String words;

        Type(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    static Optional<MembershipChange> of(LoggedDecision decision) {
        Verdict verdict = decision.verdict();
        if (!decision.object().isNamespace()
                || !decision.webhook().equals("validate")
                || !verdict.allows()
                || decision.dryRun()) {
            return Optional.empty();
        }
        String before = decision.usergroup().before();
        String after = decision.usergroup().after();
        return type(decision, before, after)
                .map(type -> new MembershipChange(
                        decision.time(),
                        decision.object().name(),
                        decision.user(),
                        type,
                        before,
                        after,
                        decision.revision().before(),
                        decision.revision().after()));
    }

    private static Optional<Type> type(LoggedDecision decision, @Nullable String before, @Nullable String after) {
        if (decision.operation().equals("DELETE")) {
            return before == null ? Optional.empty() : Optional.of(Type.DELETED);
        }
        if (!Objects.equals(before, after)) {
            return Optional.of(before == null ? Type.JOINED : after == null ? Type.LEFT : Type.MOVED);
        }
        LoggedDecision.Labels revision = decision.revision();
        return Objects.equals(revision.before(), revision.after())
                ? Optional.empty()
                : Optional.of(Type.CHANGED_REVISION);
    }
}
