package dev.marchwarden.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.marchwarden.json.YamlProblem;

/** A syntax error of a document, with its line in the file. */
final class SyntaxProblem {
    private SyntaxProblem() {}

    /**
     * @param start the line that the document begins in
     * @param offset the lines before the text that was parsed
     */
    static SourceException of(JsonProcessingException e, int start, int offset, boolean json) {
        YamlProblem problem = YamlProblem.of(e, json);
        int line = problem.line() == 0 ? start : Math.max(start, problem.line() + offset);
        return new SourceException(line, problem.found(), problem.expected());
    }
}
