package dev.marchwarden.tenancy;

import java.util.List;
import java.util.stream.Collectors;

/** All that is wrong with a tenancy file, one line a mistake. */
public final class InvalidTenancyException extends Exception {
    @SuppressWarnings("serial") // never serialised
    private final List<TenancyProblem> problems;

    InvalidTenancyException(List<TenancyProblem> problems) {
        super(problems.stream().map(TenancyProblem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In the order of their lines. */
    public List<TenancyProblem> problems() {
        return problems;
    }
}
