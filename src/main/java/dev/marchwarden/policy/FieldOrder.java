package dev.marchwarden.policy;

import dev.marchwarden.reach.Branch;
import dev.marchwarden.reach.Leaf;
import dev.marchwarden.reach.Node;
import dev.marchwarden.reach.Reach;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares single values of a field before and after a change: whether the later one goes no further. */
final class FieldOrder {
    private static final String ANY = "*";
    private static final String OWN = ".";

    /** Modes that are an exception from an unsafe one. */
    private static final Set<String> SAFE_MODES = Set.of("STRICT", "ISTIO_MUTUAL");

    /** What Go's strconv.ParseBool takes for true. */
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");

    private static final double ALL = 100;

    private final boolean isolated;

    FieldOrder(boolean isolated) {
        this.isolated = isolated;
    }

    /**
     * Whether the value now goes no further than the one before.
     *
     * @param strict whether a field that takes effect by itself counts too
     * @param condition whether it is part of a condition, so that nothing is all
     */
    boolean isWithin(@Nullable Leaf now, @Nullable Leaf before, boolean strict, boolean condition) {
        Leaf any = now != null ? now : before;
        if (any == null) {
            return true;
        }
        FieldRole role = FieldRole.of(any.reach());
        return switch (condition && role == FieldRole.AUDIENCE ? FieldRole.CONDITION : role) {
            case CONDITION -> before == null || (now != null && covers(before, now));
            case AUDIENCE -> now == null ? before == null : before != null && covers(before, now);
            case PARAMETER -> isSame(now, before);
            case MODE -> strict ? isSame(now, before) || isSafe(now) : !isSafe(before) || isSafe(now);
            case PERCENT -> isPercentWithin(now, before, any.row().negated());
            case DRY_RUN -> isDryRun(now) || !isDryRun(before);
            case WEIGHT -> true;
            case EFFECT, ALONE -> !strict || any.reach() == Reach.SECRET || isSame(now, before);
        };
    }

    private static boolean isSame(@Nullable Leaf now, @Nullable Leaf before) {
        return Objects.equals(now == null ? null : now.value(), before == null ? null : before.value());
    }

    /** Whether all that the later value stands for is covered by the earlier one. */
    private boolean covers(Leaf before, Leaf now) {
        String wide = value(before);
        String narrow = value(now);
        if (wide.equals(narrow)) {
            return true;
        }
        return switch (now.reach()) {
            case EXPORT -> wide.equals(ANY);
            case SERVER_HOST -> matchesInScope(wide, narrow);
            case HOST_CLAIM, DNS_CLAIM, PRINCIPAL, SOURCE_NAMESPACE, TRUST_DOMAIN -> matches(wide, narrow);
            default -> false;
        };
    }

    private String value(Leaf leaf) {
        return isolated && leaf.isUnset() && leaf.reach() == Reach.EXPORT ? OWN : leaf.value();
    }

    /** {@code SCOPE/HOST}, or a host alone. */
    private static boolean matchesInScope(String pattern, String value) {
        int scope = pattern.indexOf('/') + 1;
        return value.startsWith(pattern.substring(0, scope))
                && matches(pattern.substring(scope), value.substring(scope));
    }

    private static boolean matches(String pattern, String value) {
        if (pattern.equals(ANY)) {
            return true;
        }
        return pattern.startsWith(ANY)
                ? value.endsWith(pattern.substring(1))
                : pattern.endsWith(ANY) && value.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    /** Whether this, or what is in it, is a mode that is safe. */
    static boolean isSafe(@Nullable Node node) {
        return switch (node) {
            case null -> false;
            case Leaf leaf -> FieldRole.of(leaf.reach()) == FieldRole.MODE && SAFE_MODES.contains(leaf.value());
            case Branch branch -> branch.leaves().stream().anyMatch(FieldOrder::isSafe);
        };
    }

    private static boolean isPercentWithin(@Nullable Leaf now, @Nullable Leaf before, boolean negated) {
        double later = percent(now);
        double earlier = percent(before);
        return negated ? later >= earlier : later <= earlier;
    }

    private static double percent(@Nullable Leaf leaf) {
        try {
            return leaf == null ? ALL : Double.parseDouble(leaf.value());
        } catch (NumberFormatException e) {
            return ALL;
        }
    }

    private static boolean isDryRun(@Nullable Leaf leaf) {
        return leaf != null && TRUE.contains(leaf.value());
    }
}
