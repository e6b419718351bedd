package dev.marchwarden.twin;

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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The expressions of ValidatingAdmissionPolicies, with what API servers since 1.30 have of CEL: the standard functions, optional values, the
 * functions on strings, and {@code authorizer}.
 */
final class KubernetesCel {
    private static final CelOptions OPTIONS =
            CelOptions.current().enableHeterogeneousNumericComparisons(true).build();
    private static final Cel CEL = CelFactory.plannerCelBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addCompilerLibraries(CelExtensions.optional(), CelExtensions.strings())
            .addRuntimeLibraries(CelExtensions.optional(), CelExtensions.strings())
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

    static Program program(String expression) {
        return PROGRAMS.computeIfAbsent(expression, KubernetesCel::compiled);
    }

    private static Program compiled(String expression) {
        try {
            return CEL.createProgram(CEL.compile(expression).getAst());
        } catch (CelException e) {
            throw new AssertionError(expression + ": " + e.getMessage(), e);
        }
    }

    /** An error is a failure here, for an API server denies what it cannot evaluate. */
    static Object evaluate(Program program, String expression, Map<String, Object> variables) {
        try {
            return program.eval(variables);
        } catch (CelException e) {
            throw new AssertionError(expression + ": " + e.getMessage() + " with " + variables, e);
        }
    }

    /** As an API server converts it: a field that is null is not there, and a text that is null is empty. */
    static Object value(JsonNode node) {
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
