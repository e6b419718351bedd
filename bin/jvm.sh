# shellcheck shell=bash
# To be sourced, not run: finds a JDK 25, builds the jar, and holds the flags that Marchwarden is tuned for. One place, because an AOT
# cache serves only a JVM with the flags and the class path that it was made with.

# Each process that a script starts costs a hundredth of a short command: what bash can do, it does.
root="$(readlink -f "${BASH_SOURCE[0]}")"
root="${root%/bin/jvm.sh}"
jar="$root/target/marchwarden.jar"
aot_cache="$root/target/marchwarden.aot"
short_aot_cache="$root/target/marchwarden-short.aot"
jvm_flags=(-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmx"${MARCHWARDEN_HEAP:-160m}" -XX:TrimNativeHeapInterval=5000 -XX:+ExitOnOutOfMemoryError
  --enable-native-access=ALL-UNNAMED -XX:-UsePerfData -Dfile.encoding=UTF-8
  --sun-misc-unsafe-memory-access=allow)

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 2
}

is_java_25() {
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] && [[ $'\n'"$(<"$1/release")" == *$'\nJAVA_VERSION="25'[.\"]* ]]
}

# JAVA_HOME first, then the java on the path, then where systems keep their JDKs.
find_java() {
  local home on_path=""
  if [ -n "${JAVA_HOME:-}" ] && is_java_25 "$JAVA_HOME"; then
    echo "$JAVA_HOME/bin/java"
    return
  fi
  on_path="$(readlink -f "$(command -v java || true)" || true)"
  for home in "${on_path%/bin/java}" \
    /usr/lib/jvm/* /opt/java/* /opt/jdk* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/*; do
    if [ -n "$home" ] && is_java_25 "$home"; then
      echo "$home/bin/java"
      return
    fi
  done
  fail "no JDK 25 found (expected: JAVA_HOME naming one, or one under /usr/lib/jvm)"
}

# Whether a file is missing or older than what it is made from.
is_older() {
  local made="$1"
  shift
  [ ! -f "$made" ] || [ -n "$(find "$@" -newer "$made" -type f -print -quit)" ]
}

# Runs Maven with these arguments, and is silent unless it fails.
run_maven() {
  command -v mvn >/dev/null || fail "Maven is needed to build $jar, and there is no mvn on the path"
  local log
  log="$(mktemp)"
  # The modes of classes and resources are in the jar, and should not be those of whoever builds it.
  chmod -R u=rwX,go=rX "$root/pom.xml" "$root/src/main/resources" "$root/test-fixtures/admission-reviews"
  if ! (umask 022 && mvn -q -B -f "$root/pom.xml" -Dspotless.check.skip=true "$@") >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed; what Maven said is above"
  fi
  rm -f "$log"
  touch "$jar"
}

# An installation has no sources beside its jar, and never builds.
ensure_jar() {
  if [ -f "$root/pom.xml" ] && is_older "$jar" "$root/pom.xml" "$root/src/main" "$root/test-fixtures/admission-reviews"; then
    echo "$(basename "$0"): building (once; mvn package, without tests) ..." >&2
    run_maven -Dmaven.test.skip=true package
  fi
  [ -f "$jar" ] || fail "$jar is missing"
}

# A cache is of use to exactly the jar that it was made with: has_aot_cache [FILE]
has_aot_cache() {
  local cache="${1:-$aot_cache}"
  [ -f "$cache" ] && [ "$cache" -nt "$jar" ]
}

# Starts with a cache, if there is one; a JVM that it does not fit goes on without.
use_aot_cache() {
  if has_aot_cache "$1"; then
    jvm_flags+=(-XX:AOTCache="$1" -Xlog:aot=off -Xlog:cds=off)
  fi
}

# For commands that end before the optimizing compiler (C2) has paid for itself.
short_flags=(-XX:TieredStopAtLevel=1)
