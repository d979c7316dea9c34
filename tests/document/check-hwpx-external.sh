#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check-hwpx-external.sh JIPCTL DATA-FOLDER [SOURCE-ROOT]: exports the sample drafts and has two independent programs
# judge and read them: hwpx-validate-package (PyPI python-hwpx) and kordoc (npm). They are taken from PATH or from
# SOURCE-ROOT/_work; nothing is installed. Exit status 77 when neither is there.
set -u
jipctl=$1
data=$2
root=${3:-.}
PATH=$PATH:$root/_work/python/bin:$root/_work/node_modules/.bin
export PATH
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0

fail () {
  echo "FAIL: $*"
  failed=1
}

have_validator=$(command -v hwpx-validate-package || true)
have_extract=$(command -v hwpx-text-extract || true)
have_kordoc=$(command -v kordoc || true)
if [ -z "$have_validator" ] && [ -z "$have_kordoc" ]; then
  echo "SKIP: neither hwpx-validate-package nor kordoc is installed"
  exit 77
fi

# Every line of the text export must be in the reader's text, in the same order; marks of Markdown and tables apart.
same_lines () {
  python3 - "$1" "$2" <<'PYTHON'
import re, sys
def letters(text):
    return "".join(re.findall(r"\w", re.sub(r"</?[a-z][^<>]*>|&[a-z]+;|!\[[^\]]*\]\([^)]*\)", " ", text)))
got = letters(open(sys.argv[2], encoding="utf-8").read())
at = 0
for line in map(letters, open(sys.argv[1], encoding="utf-8")):
    found = got.find(line, at)
    if found < 0:
        sys.exit("not read back: " + line)
    at = found + len(line)
PYTHON
}

for draft in "$data"/*.json; do
  name=$(basename "$draft" .json)
  "$jipctl" export "$draft" -o "$folder/$name.hwpx" || fail "$name: export"
  "$jipctl" export "$draft" -o "$folder/$name.txt" || fail "$name: export"
  if [ -n "$have_validator" ]; then
    hwpx-validate-package "$folder/$name.hwpx" > "$folder/log" 2>&1 || { cat "$folder/log"; fail "$name: hwpx-validate-package"; }
  fi
  if [ -n "$have_extract" ]; then
    hwpx-text-extract "$folder/$name.hwpx" > "$folder/$name.read" 2> "$folder/log" || { cat "$folder/log"; fail "$name: hwpx-text-extract"; }
  fi
  if [ -n "$have_kordoc" ]; then
    kordoc validate "$folder/$name.hwpx" > "$folder/log" 2>&1 || { cat "$folder/log"; fail "$name: kordoc validate"; }
    kordoc "$folder/$name.hwpx" -o "$folder/$name.md" > "$folder/log" 2>&1 || { cat "$folder/log"; fail "$name: kordoc"; }
    same_lines "$folder/$name.txt" "$folder/$name.md" || fail "$name: kordoc reads other text"
  fi
  echo "checked $name"
done
exit $failed
