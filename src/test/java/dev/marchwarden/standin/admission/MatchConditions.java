package dev.marchwarden.standin.admission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelException;
import dev.cel.common.CelOptions;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The matchConditions of webhooks, in CEL with {@code request}, {@code object} and {@code oldObject}, optional types and the functions on
 * strings. There is no {@code authorizer}, and none of the functions that are Kubernetes' own: a condition with one of them is an error.
 */
final class MatchConditions {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final Cel CEL = CelFactory.plannerCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(
                    CelExtensions.optional(),
                    CelExtensions.strings(),
                    CelExtensions.sets(OPTIONS),
                    CelExtensions.bindings())
            .addRuntimeLibraries(CelExtensions.optional(), CelExtensions.strings(), CelExtensions.sets(OPTIONS))
            .addVar("request", SimpleType.DYN)
            .addVar("object", SimpleType.DYN)
            .addVar("oldObject", SimpleType.DYN)
            .build();

    private static final Map<String, Program> PROGRAMS = new ConcurrentHashMap<>();

    private MatchConditions() {}

    /** Whether all hold; one that is false decides, whatever is wrong with others. */
    static boolean hold(JsonNode conditions, JsonNode request) throws CelException {
        if (conditions.isEmpty()) {
            return true;
        }
        Map<String, Object> variables = Map.of(
                "request", value(request),
                "object", value(request.path("object")),
                "oldObject", value(request.path("oldObject")));
        List<CelException> errors = new ArrayList<>();
        for (JsonNode condition : conditions) {
            try {
                if (!Boolean.TRUE.equals(
                        program(condition.path("expression").asText()).eval(variables))) {
                    return false;
                }
            } catch (CelException e) {
                errors.add(e);
            }
        }
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
        return true;
    }

    private static Program program(String expression) throws CelException {
        Program known = PROGRAMS.get(expression);
        if (known == null) {
            known = CEL.createProgram(CEL.compile(expression).getAst());
            PROGRAMS.put(expression, known);
        }
        return known;
    }

    private static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                node.properties().forEach(field -> map.put(field.getKey(), value(field.getValue())));
                yield map;
            }
            case ARRAY -> node.valueStream().map(MatchConditions::value).toList();
            case BOOLEAN -> node.asBoolean();
            case NUMBER -> node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble();
            case STRING -> node.asText();
            default -> NullValue.NULL_VALUE;
        };
    }
}
