# shellcheck shell=bash
# To be sourced, not run: builds the benchmarks, and starts one of their main classes with what a server is started with.

# shellcheck source=bin/jvm.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../bin/jvm.sh"

stamp="$root/target/test-classes/META-INF/BenchmarkList"
lib="$root/target/bench-lib"

ensure_benchmarks() {
  ensure_jar
  if [ ! -d "$lib" ] || is_older "$stamp" "$root/pom.xml" "$root/src/main" "$root/src/jmh"; then
    echo "$(basename "$0"): building the benchmarks (mvn -Pbench package, without tests) ..." >&2
    run_maven -Pbench -DskipTests package
    touch "$stamp"
  fi
}

# To be called first, with the script's arguments.
check_arguments() {
  case "$*" in "" | --quick) ;; *) usage ;; esac
}

usage() {
  echo "Usage: bench/$(basename "$0") [--quick]   (figures go to standard output as Markdown; docs/benchmarks.md)" >&2
  exit 2
}

# Runs a main class of the benchmarks: bench CLASS [JVM_OPTION...] -- [ARGUMENT...]
bench() {
  local main="$1" options=() java work status=0
  shift
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  java="$(find_java)"
  work="$(mktemp -d)"
  "$java" "${jvm_flags[@]}" -jar "$jar" certs issue --dir "$work/tls" --host localhost --host 127.0.0.1 >/dev/null
  "$java" -Xmx512m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "${options[@]}" \
    -cp "$root/target/test-classes:$jar:$lib/*" "dev.marchwarden.bench.$main" "$@" "$work" \
    -- "$java" "${jvm_flags[@]}" || status=$?
  if [ "$status" -eq 0 ]; then
    rm -rf "$work"
  else
    fail "failed; what servers logged is in $work"
  fi
}
