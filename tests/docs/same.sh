#!/bin/sh
# A document that a program writes is what it writes now: PROGRAM DOCUMENT.
"$1" | diff - "$2" && exit
echo "bring it up to date: $1 >$2"
exit 1
