package dev.marchwarden.chart;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelException;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The matchConditions of one webhook, with nothing but what the API servers since 1.30 have: the standard functions, optional types,
 * {@code request}, {@code object} and {@code oldObject}.
 */
record MatchConditions(List<Program> programs) {
    private static final Cel CEL = CelFactory.plannerCelBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(CelExtensions.optional())
            .addRuntimeLibraries(CelExtensions.optional())
            .addVar("request", SimpleType.DYN)
            .addVar("object", SimpleType.DYN)
            .addVar("oldObject", SimpleType.DYN)
            .setResultType(SimpleType.BOOL)
            .build();

    /** Of a webhook as it is rendered. */
    static MatchConditions of(JsonNode webhook) {
        List<Program> programs = new ArrayList<>();
        for (JsonNode condition : webhook.path("matchConditions")) {
            try {
                programs.add(CEL.createProgram(
                        CEL.compile(condition.path("expression").asText()).getAst()));
            } catch (CelException e) {
                throw new AssertionError(condition.path("name").asText() + ": " + e.getMessage(), e);
            }
        }
        return new MatchConditions(List.copyOf(programs));
    }

    /** Whether the request is sent. An error is a failure here, even where another condition is false and decides. */
    boolean send(JsonNode request) {
        Map<String, Object> variables = Map.of(
                "request", value(request),
                "object", value(request.path("object")),
                "oldObject", value(request.path("oldObject")));
        boolean sent = true;
        for (Program program : programs) {
            try {
                sent &= (Boolean) program.eval(variables);
            } catch (CelException e) {
                throw new AssertionError(e.getMessage() + " with " + request, e);
            }
        }
        return sent;
    }

    private static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                node.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
                yield fields;
            }
            case ARRAY -> node.valueStream().map(MatchConditions::value).toList();
            case STRING -> node.asText();
            case BOOLEAN -> node.asBoolean();
            case NUMBER -> node.asLong();
            default -> NullValue.NULL_VALUE;
        };
    }
}
