#!/usr/bin/env bash
# lone-host.sh SCRATCH: makes a mount and a network namespace (it is to be run in new ones) a host on which
# anything may be changed, says so, and ends with standard input.
set -euo pipefail
scratch=$1
mount -t tmpfs tmpfs "$scratch"
for each in etc var/lib; do
  mkdir -p "$scratch/$each.upper" "$scratch/$each.work"
  options=lowerdir=/$each,upperdir=$scratch/$each.upper,workdir=$scratch/$each.work
  mount -t overlay overlay -o "$options" "/$each"
done
mount -t tmpfs tmpfs /run
ip link set lo up
echo ready
exec cat
