package dev.marchwarden.policy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespaceChangeTest {
    private static final NamespaceState STATE = new NamespaceState("app", Map.of(), false);

    @ParameterizedTest
    @CsvSource({"CREATE,true,false", "UPDATE,true,false", "UPDATE,false,true", "DELETE,false,true"})
    void needsTheStatesOfItsOperation(Operation operation, boolean before, boolean after) {
        User user = NamespaceTable.user("nobody");
        assertThatThrownBy(() ->
                        new NamespaceChange(operation, "app", "", user, before ? STATE : null, after ? STATE : null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(operation + " of a namespace lacks a state");
    }
}
