package dev.marchwarden.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** The arrows of docs/architecture.md: who may know whom, and which library may be known where. */
@AnalyzeClasses(packages = "dev.marchwarden", importOptions = ImportOption.DoNotIncludeTests.class)
class PackageArrowsTest {
    @ArchTest
    static final ArchRule arrows = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("tenancy")
            .definedBy("dev.marchwarden.tenancy..")
            .layer("istio")
            .definedBy("dev.marchwarden.istio..")
            .layer("policy")
            .definedBy("dev.marchwarden.policy..")
            .layer("admission")
            .definedBy("dev.marchwarden.admission..")
            .layer("server")
            .definedBy("dev.marchwarden.server..")
            .layer("manifest")
            .definedBy("dev.marchwarden.manifest..")
            .layer("kubernetes")
            .definedBy("dev.marchwarden.kubernetes..")
            .layer("cluster")
            .definedBy("dev.marchwarden.cluster..")
            .layer("audit")
            .definedBy("dev.marchwarden.audit..")
            .layer("decisionlog")
            .definedBy("dev.marchwarden.decisionlog..")
            .layer("rulebook")
            .definedBy("dev.marchwarden.rulebook..")
            .layer("reach")
            .definedBy("dev.marchwarden.reach..")
            .layer("certificates")
            .definedBy("dev.marchwarden.certificates..")
            .layer("bootstrap")
            .definedBy("dev.marchwarden.bootstrap..")
            .layer("tls")
            .definedBy("dev.marchwarden.tls..")
            .layer("rollout")
            .definedBy("dev.marchwarden.rollout..")
            .layer("verification")
            .definedBy("dev.marchwarden.verification..")
            .layer("reporting")
            .definedBy("dev.marchwarden.reporting..")
            .layer("map")
            .definedBy("dev.marchwarden.map..")
            .layer("reachability")
            .definedBy("dev.marchwarden.reachability..")
            .layer("twin")
            .definedBy("dev.marchwarden.twin..")
            .layer("service")
            .definedBy("dev.marchwarden.service..")
            .layer("cli")
            .definedBy("dev.marchwarden.cli..")
            .whereLayer("tenancy")
            .mayNotAccessAnyLayer()
            .whereLayer("istio")
            .mayOnlyAccessLayers("tenancy")
            .whereLayer("policy")
            .mayOnlyAccessLayers("istio", "reach", "tenancy")
            .whereLayer("admission")
            .mayOnlyAccessLayers("istio", "policy", "reach", "tenancy")
            .whereLayer("server")
            .mayOnlyAccessLayers("admission", "istio", "policy", "reach", "tenancy")
            .whereLayer("manifest")
            .mayOnlyAccessLayers("tenancy")
            .whereLayer("kubernetes")
            .mayNotAccessAnyLayer()
            .whereLayer("cluster")
            .mayOnlyAccessLayers("istio", "kubernetes", "manifest", "policy", "tenancy")
            .whereLayer("audit")
            .mayOnlyAccessLayers(
                    "admission", "cluster", "istio", "kubernetes", "manifest", "policy", "reach", "tenancy")
            .whereLayer("decisionlog")
            .mayOnlyAccessLayers("policy")
            .whereLayer("rulebook")
            .mayOnlyAccessLayers("tenancy")
            .whereLayer("reach")
            .mayOnlyAccessLayers("tenancy")
            .whereLayer("certificates")
            .mayNotAccessAnyLayer()
            .whereLayer("bootstrap")
            .mayOnlyAccessLayers("istio", "manifest", "tenancy")
            .whereLayer("tls")
            .mayOnlyAccessLayers("certificates", "cluster", "server")
            .whereLayer("rollout")
            .mayOnlyAccessLayers("bootstrap", "cluster", "istio", "kubernetes", "tenancy")
            .whereLayer("verification")
            .mayOnlyAccessLayers("bootstrap", "certificates", "cluster", "istio", "kubernetes", "tenancy")
            .whereLayer("reporting")
            .mayOnlyAccessLayers("admission", "audit", "cluster", "kubernetes", "policy", "tenancy")
            .whereLayer("map")
            .mayOnlyAccessLayers("audit", "istio", "manifest", "policy", "reachability", "tenancy", "verification")
            .whereLayer("reachability")
            .mayOnlyAccessLayers("certificates", "istio", "manifest", "tenancy")
            .whereLayer("twin")
            .mayOnlyAccessLayers("istio", "reach", "tenancy")
            .whereLayer("service")
            .mayOnlyAccessLayers(
                    "admission",
                    "audit",
                    "certificates",
                    "cluster",
                    "kubernetes",
                    "manifest",
                    "policy",
                    "reporting",
                    "server",
                    "tenancy",
                    "tls",
                    "twin")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer();

    /** The model is read by itself, without what asks it. */
    @ArchTest
    static final ArchRule modelOfReachStandsAlone = noClasses()
            .that()
            .resideInAnyPackage("dev.marchwarden.reachability.model", "dev.marchwarden.reachability.objects")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.marchwarden.reachability"));

    /** What every package may use knows none of them. */
    @ArchTest
    static final ArchRule sharedPackagesStandAlone = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.marchwarden.text..",
                    "dev.marchwarden.address..",
                    "dev.marchwarden.background..",
                    "dev.marchwarden.json..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.marchwarden..")
                    .and(not(resideInAnyPackage(
                            "dev.marchwarden.text..",
                            "dev.marchwarden.address..",
                            "dev.marchwarden.background..",
                            "dev.marchwarden.json.."))));

    /** What a command reports is a value that every package may use. */
    @ArchTest
    static final ArchRule findingStandsAlone = noClasses()
            .that()
            .resideInAPackage("dev.marchwarden.finding..")
            .should()
            .dependOnClassesThat(resideInAPackage("dev.marchwarden..")
                    .and(not(resideInAnyPackage("dev.marchwarden.finding..", "dev.marchwarden.text.."))));

    @ArchTest
    static final ArchRule vertxServesOnlyInServer = noClasses()
            .that()
            .resideOutsideOfPackages("dev.marchwarden.server..", "dev.marchwarden.service..", "dev.marchwarden.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.vertx..", "io.netty..", "io.micrometer..");

    /** The client library is configured in one place; others use its models. */
    @ArchTest
    static final ArchRule clientLibraryOnlyInKubernetes = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.marchwarden.kubernetes..", "dev.marchwarden.cluster..", "dev.marchwarden.verification..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.fabric8.kubernetes.client..");

    @ArchTest
    static final ArchRule bouncyCastleOnlyInCertificates = noClasses()
            .that()
            .resideOutsideOfPackage("dev.marchwarden.certificates..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bouncycastle..");

    @ArchTest
    static final ArchRule picocliOnlyInCli = noClasses()
            .that()
            .resideOutsideOfPackage("dev.marchwarden.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..");

    /** Pure: a decision knows no file, socket, date, log or wire format. */
    @ArchTest
    static final ArchRule policyIsPure = noClasses()
            .that()
            .resideInAPackage("dev.marchwarden.policy..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.io..",
                    "java.nio..",
                    "java.net..",
                    "java.time..",
                    "java.util.concurrent.locks..",
                    "com.fasterxml..",
                    "org.slf4j..");

    @ArchTest
    static final ArchRule hotPathIsStreamed = noClasses()
            .that()
            .resideInAPackage("dev.marchwarden.admission..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.fasterxml.jackson.databind..")
            .because("a tree of a review costs many times the memory of a pass over it");

    @ArchTest
    static final ArchRule namesAreTheFields = classes()
            .should(new ArchCondition<JavaClass>("not be called by what it is not") {
                @Override
                public void check(JavaClass checked, ConditionEvents events) {
                    if (checked.getSimpleName().matches(".*(Manager|Helper|Utils?|Impl)")) {
                        events.add(SimpleConditionEvent.violated(
                                checked, checked.getName() + " (expected: a noun of the field)"));
                    }
                }
            });
}
