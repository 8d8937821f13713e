#!/bin/sh
# The manual page names the options that --help names, and formats without a word.
man=$top_srcdir/man/statline.1
n=0

result() { # status, name
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

# Long options stand as "--name" in the help, and as "Fl Fl name" after .It in the page.
help=$({ "$STATLINE" --help; "$STATLINE" --help-more;
	for command in report history merge diff; do "$STATLINE" $command --help; done; } |
	grep -oE -- '--[a-z]+[a-z-]*' | sort -u)
page=$(grep '^\.It ' "$man" | grep -oE 'Fl Fl [a-z-]+' | sed 's/Fl Fl /--/' | sort -u)
[ -n "$help" ] && [ "$help" = "$page" ]
result $? "the long options are those of --help"

help=$("$STATLINE" --help | grep -oE '^  -[a-zA-Z]' | tr -d ' ' | sort -u)
page=$(grep -oE '^\.It Fl [a-zA-Z]( |$)' "$man" | sed 's/^\.It Fl \(.\).*/-\1/' | sort -u)
[ -n "$help" ] && [ "$help" = "$page" ]
result $? "the short options are those of --help"

if command -v groff >/dev/null; then
	warnings=$(groff -ww -mdoc -Tutf8 "$man" 2>&1 >/dev/null)
	[ -z "$warnings" ]
	result $? "groff has nothing to say"
	[ -z "$warnings" ] || echo "$warnings" | sed 's/^/# /'
else
	n=$((n + 1))
	echo "ok $n - groff # SKIP not installed"
fi
echo "1..$n"
