# shellcheck shell=bash
# To be sourced after jvm.sh: the version, and archives in which nothing is of the machine that they are made on.

version="$(sed -n 's/^version: //p' "$root/charts/marchwarden/Chart.yaml")"
time="$(sed -n 's/.*<project.build.outputTimestamp>\(.*\)<.*/\1/p' "$root/pom.xml")"

# Writes what is NAMEd in DIRECTORY to standard output as a tar. Modes are those of the files.
pack() {
  tar -C "$1" --sort=name --mtime="$time" --owner=0 --group=0 --numeric-owner --format=ustar -cf - "${@:2}"
}

# Everybody may read, nobody but the owner may write: whatever the umask was.
settle_modes() {
  chmod -R u=rwX,go=rX "$@"
}
