package dev.marchwarden.cel;

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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Expressions in CEL, with what API servers since 1.30 have: the standard functions, optional values, the functions on strings and sets, and
 * {@code authorizer}.
 */
public final class KubernetesCel {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final Cel CEL = CelFactory.plannerCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(CelExtensions.optional(), CelExtensions.strings(), CelExtensions.sets(OPTIONS))
            .addRuntimeLibraries(CelExtensions.optional(), CelExtensions.strings(), CelExtensions.sets(OPTIONS))
            .addFunctionDeclarations(Authorizer.declarations())
            .addFunctionBindings(Authorizer.bindings())
            .addVar("request", SimpleType.DYN)
            .addVar("object", SimpleType.DYN)
            .addVar("oldObject", SimpleType.DYN)
            .addVar("namespaceObject", SimpleType.DYN)
            .addVar("variables", SimpleType.DYN)
            .addVar("authorizer", SimpleType.DYN)
            .build();

    /** Most expressions are the same for every tenancy, and compiling takes longer than evaluating. */
    private static final Map<String, Program> PROGRAMS = new ConcurrentHashMap<>();

    private KubernetesCel() {}

    /** Throws where it does not compile, or cannot be evaluated. */
    public static Object evaluate(String expression, Map<String, Object> variables) throws CelException {
        return program(expression).eval(variables);
    }

    /** Where an error is a failure of the test, because an API server denies what it cannot evaluate. */
    public static Object evaluated(String expression, Map<String, Object> variables) {
        try {
            return evaluate(expression, variables);
        } catch (CelException e) {
            throw new AssertionError(expression + ": " + e.getMessage() + " with " + variables, e);
        }
    }

    /** Compiles it, or throws. */
    public static Program program(String expression) throws CelException {
        Program known = PROGRAMS.get(expression);
        if (known == null) {
            known = CEL.createProgram(CEL.compile(expression).getAst());
            PROGRAMS.put(expression, known);
        }
        return known;
    }

    /** What expressions know of a request: {@code request}, {@code object} and {@code oldObject}. */
    public static Map<String, Object> variables(JsonNode request) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("request", value(request));
        variables.put("object", value(request.path("object")));
        variables.put("oldObject", value(request.path("oldObject")));
        return variables;
    }

    /** As an API server converts it: a field that is null is not there, and a text that is null is empty. */
    private static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                node.properties().stream()
                        .filter(field -> !field.getValue().isNull())
                        .forEach(field -> fields.put(
                                field.getKey(),
                                field.getKey().equals("labels") ? texts(field.getValue()) : value(field.getValue())));
                yield fields;
            }
            case ARRAY ->
                node.valueStream().map(item -> item.isNull() ? "" : value(item)).toList();
            case STRING -> node.asText();
            case BOOLEAN -> node.asBoolean();
            case NUMBER -> node.isIntegralNumber() ? (Object) node.asLong() : (Object) node.asDouble();
            default -> NullValue.NULL_VALUE;
        };
    }

    private static Map<String, Object> texts(JsonNode map) {
        Map<String, Object> texts = new LinkedHashMap<>();
        map.properties()
                .forEach(text -> texts.put(
                        text.getKey(),
                        text.getValue().isNull() ? "" : text.getValue().asText()));
        return texts;
    }
}
