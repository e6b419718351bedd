package dev.marchwarden.verification;

import dev.marchwarden.istio.LabelSelector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Selectors of Kubernetes objects. */
final class Selectors {
    private Selectors() {}

    /** @param selector null for one that is not given, which takes everything */
    static LabelSelector of(io.fabric8.kubernetes.api.model.@Nullable LabelSelector selector) {
        return selector == null
                ? new LabelSelector(Map.of(), List.of())
                : new LabelSelector(
                        selector.getMatchLabels(),
                        selector.getMatchExpressions().stream()
                                .map(expression -> new LabelSelector.Expression(
                                        expression.getKey(), expression.getOperator(), expression.getValues()))
                                .toList());
    }
}
