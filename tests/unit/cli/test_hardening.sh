#!/bin/sh
# The program as built: position independent, relocations read-only before it starts, no
# executable stack, stack protector, fortified calls. Sanitizers and builds without optimisation replace some of it.
count=0 failed=0

check() { # what, command...
	what=$1
	shift
	count=$((count + 1))
	if "$@"; then
		echo "ok $count - $what"
	else
		echo "not ok $count - $what"
		failed=1
	fi
}

says() { # pattern, readelf option...
	pattern=$1
	shift
	LC_ALL=C readelf "$@" "$STATLINE" 2> /dev/null | grep -Eq "$pattern"
}

stack_is_data() {
	LC_ALL=C readelf -lW "$STATLINE" | grep GNU_STACK | grep -vq 'RWE'
}

if ! command -v readelf > /dev/null; then
	echo "1..0 # SKIP there is no readelf (binutils)"
	exit 0
fi
if grep -q 'define STATLINE_SANITIZED 1' "$top_builddir/config.h" ||
	grep -Eq '^(CFLAGS|STATLINE_CFLAGS) = .*-O0' "$top_builddir/Makefile"; then
	echo "1..0 # SKIP not a build that is hardened"
	exit 0
fi
check "position independent" says 'DYN \(Position-Independent|Type: +DYN' -h
check "relocations become read-only" says GNU_RELRO -lW
check "everything is bound before it starts" says 'BIND_NOW|FLAGS_1.*NOW' -dW
check "the stack is not executable" stack_is_data
check "stack protector" says '__stack_chk_fail' -sW
check "fortified calls" says '_chk@' -sW
echo "1..$count"
exit $failed
