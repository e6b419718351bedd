package dev.marchwarden.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** The next step of a rotation; each is one write at most, so that whoever does it may die before, after, or in between. */
public sealed interface RotationStep {
    /**
     * Nothing, before a time.
     *
     * @param why what happens then, for people
     */
    record Rest(Instant until, String why) implements RotationStep {}

    /** One write of the Secret. */
    record Store(Change change, Keyring keyring) implements RotationStep {}

    /** One write of the webhook configurations, all of whose webhooks shall carry exactly these. */
    record Publish(List<X509Certificate> authorities) implements RotationStep {
        public Publish {
            authorities = List.copyOf(authorities);
        }

        /** PEM. */
        public String caBundle() {
            return Pem.of(authorities);
        }
    }

    /** What a write of the Secret is for. */
    enum Change {
        FOUND("found", "issued a first authority, and a leaf of it"),
        ADOPT("adopt", "took over authorities that are in the webhook configurations and not in the Secret"),
        ISSUE_LEAF("issue-leaf", "issued a leaf"),
        ADD_AUTHORITY("add-authority", "created the next authority, to be published beside the current one"),
        NOTE_PUBLISHED("note-published", "saw the next authority in every webhook configuration"),
        FORGET_PUBLISHED("forget-published", "saw the next authority gone from a webhook configuration"),
        SWITCH("switch", "let the next authority sign, and issued a leaf of it"),
        DROP("drop", "dropped authorities whose leaves no replica serves");

        private final String spelling;
        private final String sentence;

        Change(String spelling, String sentence) {
            this.spelling = spelling;
            this.sentence = sentence;
        }

        /** What was done, for people. */
        public String sentence() {
            return sentence;
        }

        public String spelling() {
            return spelling;
        }
    }
}
