#!/usr/bin/env bash
# boot.sh ROOT NAME [argument of systemd-nspawn…]: boots the systemd of ROOT, until standard input ends.
# To be run by root in a mount namespace of its own, for it hides /sys/fs/cgroup and /run/systemd.
set -euo pipefail
root=$1 name=$2
shift 2

# systemd-nspawn takes the cgroup that it finds itself in, and gives it to the machine.
cgroups=()
mapfile -t hierarchies </proc/self/cgroup
for line in "${hierarchies[@]}"; do
  IFS=: read -r _ controllers path <<<"$line"
  case $controllers in
    '') base=/sys/fs/cgroup/unified; [ -d "$base" ] || base=/sys/fs/cgroup ;;
    name=systemd) base=/sys/fs/cgroup/systemd ;;
    *) continue ;;
  esac
  # The inherited one may be read-only, as in a container.
  mkdir -p "$base$path/$name" && echo $$ >"$base$path/$name/cgroup.procs" || exit 70
  cgroups+=("$base$path")
done

# A copy of the hierarchies is left for the end.
mkdir -p "$root.cgroup"
mount --rbind /sys/fs/cgroup "$root.cgroup"
umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /run/systemd
mount -t tmpfs tmpfs /run/systemd

exec 3<&0
: >"$root.nspawn"
# Its first process outlives systemd-nspawn, and so must go before it.
cut_power() { kill -KILL $(cat "/proc/$1/task/$1/children") "$1"; }
{ cat <&3 >/dev/null; cut_power "$(cat "$root.nspawn")"; } 2>/dev/null &
watcher=$!
# A reboot ends it, for somebody who kept its unit to start it again.
readonly REBOOT=133
status=$REBOOT
while [ "$status" = "$REBOOT" ]; do
  systemd-nspawn --boot --quiet "--directory=$root" "--machine=$name" "--hostname=$name" \
    --register=no --keep-unit --link-journal=no --resolv-conf=off --timezone=off \
    --console=pipe --kill-signal=SIGRTMIN+4 "$@" </dev/null &
  echo $! >"$root.nspawn"
  echo "booting by $!"
  status=0
  wait $! || status=$?
done
kill "$watcher" 2>/dev/null || true
rm -f "$root.nspawn"

for parent in "${cgroups[@]}"; do
  copy=$root.cgroup${parent#/sys/fs/cgroup}
  echo $$ >"$copy/cgroup.procs" || true
  # They stay until the last process of the machine is gone.
  for _ in $(seq 50); do
    find "$copy/$name" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [ -d "$copy/$name" ] || break
    sleep 0.1
  done
done
umount -l "$root.cgroup"
rmdir "$root.cgroup"
