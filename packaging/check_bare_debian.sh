#!/usr/bin/env bash
# Runs both commands in a bare Debian 12 (debootstrap minbase and python3; no pip, no venv, no git),
# with an empty home: the first time with the network, the second time without one. Prints the times.
#
# usage: sudo packaging/check_bare_debian.sh [--base DIR] [--work DIR] [--copy PATH]... [--env NAME]...
#                                            [--only run|test] [-- ARGUMENT...]
#   --base DIR   bare root to start from; made there by debootstrap if it does not exist
#   --work DIR   folder for the copy that is run in (default: a new one, removed afterwards)
#   --copy PATH  file or folder of this machine to copy in at the same place (pip's or apt's settings)
#   --env NAME   variable of this shell to pass on
#   ARGUMENT     for packaging/test.py
# DEBOOTSTRAP_MIRROR names a mirror other than debootstrap's own choice. Needs root, debootstrap, git.
set -euo pipefail

checkout=$(cd "$(dirname "$0")/.." && pwd)
base="" work="" only="run test"
copies=() variables=() test_arguments=()
while (($#)); do
  case $1 in
    --base) base=$2; shift 2 ;;
    --work) work=$2; shift 2 ;;
    --copy) copies+=("$2"); shift 2 ;;
    --env) variables+=("$2=${!2-}"); shift 2 ;;
    --only) only=$2; shift 2 ;;
    -h | --help) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
    --) shift; test_arguments=("$@"); break ;;
    *) echo "Unknown option $1; the first lines of this script say which there are." >&2; exit 2 ;;
  esac
done
if [[ $(id -u) != 0 ]] || ! command -v debootstrap >/dev/null; then
  echo "This check needs root and debootstrap (apt-get install debootstrap)." >&2
  exit 2
fi

made=""
if [[ -z $work ]]; then
  made=$(mktemp -d)
  work=$made
fi
base=${base:-$work/base}
root=$work/root
clean_up() {
  for place in dev/pts dev/shm proc; do
    mountpoint -q "$root/$place" && umount "$root/$place"
  done
  [[ -n $made ]] && rm -rf --one-file-system "$made"
  return 0
}
trap clean_up EXIT

if [[ ! -x $base/usr/bin/python3 ]]; then
  echo "--- debootstrap"
  timeout 900 debootstrap --variant=minbase --include=python3 bookworm "$base" \
    ${DEBOOTSTRAP_MIRROR:+"$DEBOOTSTRAP_MIRROR"} >"$work/debootstrap.log"
fi
mkdir -p "$root"
cp -a "$base/." "$root/"
mount -t proc proc "$root/proc" 2>/dev/null || echo "(no /proc inside)"
mount -t tmpfs tmpfs "$root/dev/shm" 2>/dev/null || echo "(no /dev/shm inside)"
mount -t devpts devpts "$root/dev/pts" 2>/dev/null || echo "(no /dev/pts inside)"
for path in "${copies[@]}"; do
  mkdir -p "$root$(dirname "$path")"
  cp -rL "$path" "$root$(dirname "$path")/"
done
mkdir -p "$root/srv/clone" "$root/srv/home"
git -C "$checkout" archive HEAD | tar -x -C "$root/srv/clone"

inside() { # inside NETWORK COMMAND...: run in the root; NETWORK is "online" or "offline"
  local lead=()
  # without a network, yet with the machine's own loopback, which tests talk over
  [[ $1 == offline ]] && lead=(unshare --net bash -c 'ip link set lo up || true; exec "$@"' offline)
  shift
  "${lead[@]}" chroot "$root" /usr/bin/env -i HOME=/srv/home LANG=C.UTF-8 \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin "${variables[@]}" "$@"
}

echo "--- what the bare root has"
inside online python3 -c 'import importlib.util as u, sys
print("Python", sys.version.split()[0], {n: bool(u.find_spec(n)) for n in ("pip", "ensurepip")})'

failed=0
summary=""
for name in $only; do
  arguments=()
  [[ $name == test ]] && arguments=("${test_arguments[@]}")
  for turn in "first online" "second offline"; do
    read -r time_of network <<<"$turn"
    echo "--- packaging/$name.py, $time_of time, $network"
    began=$(date +%s.%N)
    code=0
    inside "$network" python3 /srv/clone/packaging/"$name".py "${arguments[@]}" || code=$?
    took=$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }')
    ((code == 0)) || failed=1
    summary+=$(printf '%-20s %-7s %-8s %8s s  exit code %s' \
      "packaging/$name.py" "$time_of" "$network" "$took" "$code")$'\n'
  done
done
printf '\n%s' "$summary"
if [[ -z $made ]]; then
  echo "The root stays in $root (pictures: srv/clone/build/tour)."
fi
exit "$failed"
