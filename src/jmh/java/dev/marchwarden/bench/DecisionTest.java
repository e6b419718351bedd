package dev.marchwarden.bench;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs {@link DecisionBenchmark} and prints Markdown: time and allocated bytes of each step. */
public final class DecisionTest {
    private static final double MOST_MICROS = 20;
    private static final double MOST_BYTES = 8_192;

    private DecisionTest() {}

    public static void main(String[] given) throws Exception {
        Arguments arguments = Arguments.of(given);
        Header.print("The steps of a decision", arguments.quick(), arguments.java());
        Header.line("| review | bytes | step | µs | ± | bytes allocated | |");
        Header.line("|---|---|---|---|---|---|---|");
        List<String> flags = arguments.java().subList(1, arguments.java().size());
        new Runner(new OptionsBuilder()
                        .include(DecisionBenchmark.class.getSimpleName())
                        .include(LargeBenchmark.class.getSimpleName())
                        .addProfiler(GCProfiler.class)
                        .forks(arguments.pick(1, 2))
                        .warmupIterations(arguments.pick(2, 4))
                        .warmupTime(TimeValue.milliseconds(arguments.pick(400, 1_000)))
                        .measurementIterations(arguments.pick(2, 5))
                        .measurementTime(TimeValue.milliseconds(arguments.pick(400, 1_000)))
                        .jvm(arguments.java().getFirst())
                        .jvmArgs(flags.toArray(String[]::new))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run()
                .forEach(DecisionTest::row);
    }

    private static void row(RunResult run) {
        Result<?> time = run.getPrimaryResult();
        String name = run.getParams().getBenchmark();
        String step = name.substring(name.lastIndexOf('.') + 1);
        double bytes = Objects.requireNonNull(run.getSecondaryResults().get("gc.alloc.rate.norm"))
                .getScore();
        String target = !name.contains(DecisionBenchmark.class.getSimpleName() + ".all")
                ? ""
                : time.getScore() <= MOST_MICROS && bytes <= MOST_BYTES ? "pass" : "miss";
        Header.line(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.2f | %.2f | %.0f | %s |",
                run.getParams().getParam("scene"),
                run.getParams().getParam("bytes"),
                step,
                time.getScore(),
                time.getScoreError(),
                bytes,
                target));
    }
}
