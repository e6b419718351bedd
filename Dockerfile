# The webhook's image: a Java runtime of the modules that are needed, the jar, its libraries and an AOT cache; nothing else runs in it.
#
#   docker build -t marchwarden .
#
# BASE needs glibc and nothing more: no shell, no package manager and no user is used. a distroless base
# of Debian fits too.
# The AOT cache holds for exactly the runtime and the jars beside it, whose times COPY keeps; a builder that rewrites times in layers
# (rewrite-timestamp, "reproducible" modes) makes the JVM ignore it, which costs a second at the start and nothing else.
ARG BUILD=maven:3-eclipse-temurin-25
ARG BASE=debian:12-slim

FROM ${BUILD} AS build
WORKDIR /src
COPY . .
# Laid out where it will run, for the cache knows the places of the jars.
RUN mvn -B -ntp -Dmaven.test.skip=true package && bin/image-layout /

FROM ${BASE}
# What changes least comes first: the runtime, then the libraries, then ourselves.
COPY --from=build /opt/java /opt/java
COPY --from=build /opt/marchwarden/lib /opt/marchwarden/lib
COPY --from=build /opt/marchwarden/marchwarden.jar /opt/marchwarden/marchwarden.aot /opt/marchwarden/jvm.options /opt/marchwarden/heap.flags /opt/marchwarden/LICENSE /opt/marchwarden/THIRD-PARTY.txt /opt/marchwarden/
# The heap is in heap.flags, about half of the container's memory limit; -Xmx in JDK_JAVA_OPTIONS overrides it. That variable is not set here, because
# the JVM then writes a line of its own to the log, which is not JSON.
# 65532: "nonroot" in the images that know it. /tmp must be writable and not noexec: Netty unpacks its native code there.
USER 65532:65532
WORKDIR /tmp
EXPOSE 8443 8080
ENTRYPOINT ["/opt/java/bin/java", "@/opt/marchwarden/jvm.options", "-XX:Flags=/opt/marchwarden/heap.flags", "-XX:AOTCache=/opt/marchwarden/marchwarden.aot", "-Xlog:aot=off", "-Xlog:cds=off", "-jar", "/opt/marchwarden/marchwarden.jar"]
CMD ["--help"]
