package dev.marchwarden.server;

import dev.marchwarden.admission.AdmissionRequest;
import dev.marchwarden.admission.Outcome;
import dev.marchwarden.admission.Webhook;
import dev.marchwarden.policy.RuleFinding;
import dev.marchwarden.reach.KindTable;
import dev.marchwarden.tenancy.ExceptionEntry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What Prometheus is told. Nothing a request holds can make up a new time series: unknown operations and kinds count as "other". */
public final class Metrics implements AutoCloseable {
    private static final Set<String> OPERATIONS = Set.of("CREATE", "UPDATE", "DELETE");
    /** Looked at without a table; of a guarded group's unknown kinds there may be any number. */
    private static final Set<String> UNTABLED_KINDS = Set.of("Namespace");

    private static final String OTHER = "other";
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofNanos(2_500_000),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private record Admission(String webhook, String operation, String kind, String decision, String rule) {}

    private record Used(String usergroup, String rule) {}

    private record Found(String webhook, String rule, String enforcement) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final Map<Webhook, Timer> durations = new EnumMap<>(Webhook.class);
    private final Map<Admission, Counter> admissions = new ConcurrentHashMap<>();
    private final Map<Found, Counter> findings = new ConcurrentHashMap<>();
    private final Map<Used, Counter> exceptions = new ConcurrentHashMap<>();
    private final Map<MultiGauge, Supplier<Map<List<String>, Long>>> tables = new ConcurrentHashMap<>();
    private final Counter malformed;
    private final Counter failures;

    public Metrics() {
        for (Webhook webhook : Webhook.values()) {
            durations.put(
                    webhook,
                    Timer.builder("marchwarden.admission.duration")
                            .description("From the last byte of a review read to its answer written")
                            .tag("webhook", webhook.spelling())
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
        malformed = Counter.builder("marchwarden.malformed.reviews")
                .description("Bodies that were no AdmissionReview, answered 400")
                .register(registry);
        failures = Counter.builder("marchwarden.unexpected.failures")
                .description("Requests denied or refused because of an unexpected failure")
                .register(registry);
    }

    /** Adds what the JVM has to tell; not needed to serve, and not free to set up. */
    void bindJvm() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    void decided(Outcome outcome, long nanos) {
        Timer timer = durations.get(outcome.webhook());
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
        String webhook = outcome.webhook().spelling();
        Admission admission = new Admission(
                webhook,
                known(OPERATIONS, outcome.request().operation()),
                kind(outcome.request()),
                outcome.verdict().spelling(),
                leadingRule(outcome));
        admissions.computeIfAbsent(admission, this::counter).increment();
        for (RuleFinding finding : outcome.findings().findings()) {
            Found found = new Found(
                    webhook,
                    finding.violation().rule().spelling(),
                    finding.enforcement().spelling());
            findings.computeIfAbsent(found, this::counter).increment();
            ExceptionEntry exception = finding.exception();
            if (exception != null) {
                exceptions
                        .computeIfAbsent(
                                new Used(exception.usergroup(), exception.rule().spelling()), this::counter)
                        .increment();
            }
        }
        if (outcome.unexpected()) {
            failures.increment();
        }
    }

    void malformed() {
        malformed.increment();
    }

    void failed() {
        failures.increment();
    }

    /** A number that is asked for whenever Prometheus comes by. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    /**
     * Several numbers of one name, which are asked for whenever Prometheus comes by.
     *
     * @param values by their labels: a name, a value, the next name and so on
     */
    public void gauges(String name, String description, Supplier<Map<List<String>, Long>> values) {
        tables.put(MultiGauge.builder(name).description(description).register(registry), values);
    }

    /** The same for a number that only grows. */
    public void count(String name, String description, ToDoubleFunction<Metrics> value, String... labels) {
        FunctionCounter.builder(name, this, value)
                .description(description)
                .tags(labels)
                .register(registry);
    }

    /** A constant 1 whose labels say something. */
    public void info(String name, String description, String... labels) {
        Gauge.builder(name, () -> 1).description(description).tags(labels).register(registry);
    }

    public Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    /** In Prometheus' text format. */
    public String scrape() {
        tables.forEach((gauge, values) -> gauge.register(
                values.get().entrySet().stream()
                        .map(each -> Row.of(Tags.of(each.getKey().toArray(String[]::new)), each.getValue()))
                        .toList(),
                true));
        return registry.scrape();
    }

    private Counter counter(Admission admission) {
        return Counter.builder("marchwarden.admissions")
                .description("Reviews answered; rule is the first that led to the decision")
                .tag("webhook", admission.webhook)
                .tag("operation", admission.operation)
                .tag("kind", admission.kind)
                .tag("decision", admission.decision)
                .tag("rule", admission.rule)
                .register(registry);
    }

    private Counter counter(Found found) {
        return Counter.builder("marchwarden.findings")
                .description("Violations found, at each enforcement")
                .tag("webhook", found.webhook)
                .tag("rule", found.rule)
                .tag("enforcement", found.enforcement)
                .register(registry);
    }

    private Counter counter(Used used) {
        return Counter.builder("marchwarden.exceptions.used")
                .description("Violations admitted by an exception of the tenancy")
                .tag("usergroup", used.usergroup)
                .tag("rule", used.rule)
                .register(registry);
    }

    private static String leadingRule(Outcome outcome) {
        return outcome.findings().findings().isEmpty()
                ? "none"
                : outcome.leadingRules().findFirst().orElse("none");
    }

    private static String known(Set<String> known, String value) {
        return known.contains(value) ? value : OTHER;
    }

    /** Namespaces, and the kinds of the reach table. */
    private static String kind(AdmissionRequest request) {
        KindTable table = request.table();
        if (table != null) {
            return table.kind();
        }
        return request.isLookedAt() ? known(UNTABLED_KINDS, request.kind()) : OTHER;
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
