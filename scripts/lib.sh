# shellcheck shell=bash
# What quickstart and check share; sourced by bash. Sets top (the checkout).
# Each need is PROBE=PACKAGE: a command, pc:MODULE for pkg-config, or a path.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# shellcheck disable=SC2034 # for the scripts that source this
build_needs=(
	cc=build-essential make=make pkg-config=pkg-config
	autoreconf=autoconf automake=automake
	/usr/share/aclocal/ax_append_compile_flags.m4=autoconf-archive
	pc:libpcap=libpcap-dev pc:jansson=libjansson-dev
	pc:zlib=zlib1g-dev pc:liblzma=liblzma-dev pc:libzstd=libzstd-dev
	pc:liblz4=liblz4-dev /usr/include/bzlib.h=libbz2-dev
	pc:nettle=nettle-dev pc:libseccomp=libseccomp-dev pc:libnghttp2=libnghttp2-dev
	pc:ncursesw=libncurses-dev pc:sqlite3=libsqlite3-dev
	/usr/include/uthash.h=uthash-dev
)
# quickstart does not use these.
# shellcheck disable=SC2034
test_needs=(
	pc:check=check python3=python3 gzip=gzip zstd=zstd lz4=lz4 xz=xz-utils
	bzip2=bzip2 ip=iproute2 tcpdump=tcpdump nginx=nginx ab=apache2-utils
	strace=strace nft=nftables
	nghttp=nghttp2-client nghttpd=nghttp2-server curl=curl apache2=apache2-bin
	/usr/lib/python3/dist-packages/grpc=python3-grpcio
	setpriv=util-linux cron=cron systemd-analyze=systemd tmux=tmux man=man-db
	clang-format=clang-format clang=clang clang-tidy=clang-tidy
	cppcheck=cppcheck shellcheck=shellcheck
)
# shellcheck disable=SC2034
all_needs=(
	valgrind=valgrind afl-clang-fast=afl++ llvm-cov=llvm llvm-profdata=llvm
	chromium=chromium node=nodejs npm=npm
)

jobs() { nproc 2>/dev/null || echo 1; }

there() {
	case $1 in
	pc:*) pkg-config --exists "${1#pc:}" 2>/dev/null ;;
	/*) [ -e "$1" ] ;;
	*) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1 ;;
	esac
}

# missing NEED...: prints the packages whose probe fails
missing() {
	local need
	for need; do
		there "${need%%=*}" || echo "${need#*=}"
	done
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		echo "$0: this needs root, and there is no sudo: $*" >&2
		return 1
	fi
}

apt_install() {
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
		--no-install-recommends "$@" >&2
}

# Packages of servers would start them. Where nobody has said otherwise, forbid that
# for the time of the installation.
no_services() {
	local policy=/usr/sbin/policy-rc.d status=0
	if [ -e $policy ]; then
		"$@"
		return
	fi
	as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy" || return
	"$@" || status=$?
	as_root rm -f $policy
	return $status
}

# install_missing NEED...: with apt, what is missing; without it, says so and goes on,
# since configure names what it really cannot do without.
install_missing() {
	local packages
	mapfile -t packages < <(missing "$@")
	[ ${#packages[@]} -gt 0 ] || return 0
	if ! command -v apt-get >/dev/null; then
		echo "There is no apt-get here. Please install what these Debian packages hold:" >&2
		echo "  ${packages[*]}" >&2
		return 0
	fi
	echo "Installing: ${packages[*]}" >&2
	no_services apt_install "${packages[@]}" 2>/dev/null && return
	# Package lists may be missing or too old.
	as_root apt-get update -qq >&2 || return
	no_services apt_install "${packages[@]}"
}

# build DIR [CONFIGURE-ARGUMENT...]: configures once, then builds what has changed. The
# path to configure is relative: an absolute one must not have a space in it.
build() {
	local dir=$1
	shift
	if [ ! -x "$top/configure" ]; then
		(cd "$top" && autoreconf -fi) || return
	fi
	mkdir -p "$dir" || return
	if [ ! -f "$dir/Makefile" ]; then
		(cd "$dir" && "$(realpath --relative-to=. "$top")/configure" "$@") || return
	fi
	make -C "$dir" -j"$(jobs)"
}
