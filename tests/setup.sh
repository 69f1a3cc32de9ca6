# Sourced by ./run, ./check and ./bench: installs what is missing and builds.  Every function says what
# it does; a step that cannot go on stops with one sentence (die).

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${GW_BUILD:-$top/build}

say() { printf '\033[1m%s\033[0m %s\n' "gridwarden" "$*"; }
die() { printf 'gridwarden: %s\n' "$*" >&2; exit 1; }

BUILD_PACKAGES="build-essential cmake ninja-build pkg-config libglib2.0-dev libgstreamer1.0-dev
  libgstreamer-plugins-base1.0-dev libgstreamer-plugins-bad1.0-dev libwebsockets-dev libwebsockets-evlib-glib
  libsqlite3-dev libjansson-dev libsodium-dev libssl-dev libcurl4-openssl-dev libcmocka-dev libxml2-dev libjpeg-dev libzbar-dev"
RUN_PACKAGES="gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav
  gstreamer1.0-tools gstreamer1.0-plugins-ugly sqlite3 curl qrencode fonts-noto-cjk util-linux"
CHECK_PACKAGES="libgstrtspserver-1.0-dev clang chromium libnss3-tools iproute2 ffmpeg mandoc openssl e2fsprogs"
# Nice to have: a real surveillance clip for the farm.  Never a reason to stop.
OPTIONAL_PACKAGES="opencv-doc"

missing_packages() { # the names among "$@" that are not installed
  local p
  for p in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null | grep -qx installed || printf '%s ' "$p"
  done
}

node_is_new_enough() {
  command -v node >/dev/null && command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]
}

as_root() { # runs a command as root; sudo was asked for once, first
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

clang_runtime() { # the package with the sanitizer and fuzzer runtime that belongs to this release's clang
  local version
  version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -n 1)
  [ -z "$version" ] || echo "libclang-rt-$version-dev"
}

apt_install() { # quietly, with the log kept
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >>"$log_dir/packages.log" 2>&1
}

install_packages() { # what: "run" or "check"
  local want="$BUILD_PACKAGES $RUN_PACKAGES" missing
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    die "this script installs Debian packages; on another system install by hand: $want $CHECK_PACKAGES"
  [ "$1" = check ] && want="$want $CHECK_PACKAGES $(clang_runtime)"
  node_is_new_enough || want="$want nodejs npm"
  missing=$(missing_packages $want)
  [ -z "$missing" ] && return
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and there is no sudo; ask an administrator to install: $missing"
    say "installing packages needs root, once"
    sudo -v || die "without sudo these packages cannot be installed: $missing"
  fi
  : >"$log_dir/packages.log"
  say "refreshing the package lists"
  as_root apt-get update -qq >>"$log_dir/packages.log" 2>&1 || say "they could not be refreshed; trying with those that are here"
  [ "$1" = check ] && missing="$missing $(missing_packages $(clang_runtime))"
  say "installing $(wc -w <<<"$missing") packages (a few minutes on a bare machine): $missing"
  apt_install $missing ||
    { tail -n 15 "$log_dir/packages.log" >&2; die "the packages could not be installed; the whole log is $log_dir/packages.log"; }
  [ -z "$(missing_packages $OPTIONAL_PACKAGES)" ] || apt_install $OPTIONAL_PACKAGES || true
  node_is_new_enough || die "Node 18 or newer is needed, found $(node --version 2>/dev/null || echo none)"
}

build_all() { # configures once, then builds what changed
  if [ ! -f "$build/CMakeCache.txt" ]; then
    say "configuring"
    cmake -S "$top" -B "$build" -G Ninja "$@" >"$log_dir/configure.log" 2>&1 ||
      { tail -n 20 "$log_dir/configure.log" >&2; die "cmake stopped; the whole log is $log_dir/configure.log"; }
  fi
  say "building (nothing to do when nothing changed)"
  cmake --build "$build" >"$log_dir/build.log" 2>&1 ||
    { tail -n 30 "$log_dir/build.log" >&2; die "the build stopped; the whole log is $log_dir/build.log"; }
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
free_port_from() { # the first free port from $1 on
  local p=$1
  until port_is_free "$p"; do p=$((p + 1)); done
  echo "$p"
}

log_dir=${GW_LOG_DIR:-$top/out}
mkdir -p "$log_dir"
