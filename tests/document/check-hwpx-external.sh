#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check-hwpx-external.sh JIPCTL DATA-FOLDER [SOURCE-ROOT]: exports the sample drafts and has independent programs judge and
# read them: python-hwpx with its hwpx-validate-package and hwp-hwpx-parser (PyPI) and kordoc (npm) for HWPX, LibreOffice for
# ODT. They are taken from PATH or from SOURCE-ROOT/_work; nothing is installed. What kordoc makes of a Markdown text is read by jipctl.
# Exit status 77 when none is there.
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
have_kordoc=$(command -v kordoc || true)
python=$root/_work/python/bin/python
have_hwpx=$("$python" -c 'import hwpx; print("yes")' 2> /dev/null || true)
have_parser=$("$python" -c 'import hwp_hwpx_parser; print("yes")' 2> /dev/null || true)
have_office=$(command -v soffice || true)
if [ -z "$have_validator$have_kordoc$have_hwpx$have_parser$have_office" ]; then
  echo "SKIP: none of python-hwpx, hwp-hwpx-parser, kordoc and soffice is installed"
  exit 77
fi

# same_lines TEXT READ [markup]: every line of the text export must be in the reader's text, in the same order; marks of
# Markdown and tables apart.
same_lines () {
  python3 - "$@" <<'PYTHON'
import re, sys
def letters(text):
    if sys.argv[3:]:
        text = re.sub(r"</?[a-z][^<>]*>|&[a-z]+;|!\[[^\]]*\]\([^)]*\)", " ", text)
    return "".join(re.findall(r"\w", text))
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
  if [ -n "$have_kordoc" ]; then
    kordoc validate "$folder/$name.hwpx" > "$folder/log" 2>&1 || { cat "$folder/log"; fail "$name: kordoc validate"; }
    kordoc "$folder/$name.hwpx" -o "$folder/$name.md" > "$folder/log" 2>&1 || { cat "$folder/log"; fail "$name: kordoc"; }
    # what looks like markup in the text of nasty.json is none to kordoc's Markdown
    [ "$name" = nasty ] || same_lines "$folder/$name.txt" "$folder/$name.md" markup || fail "$name: kordoc reads other text"
  fi
  if [ -n "$have_hwpx" ]; then
    "$python" -W ignore -c 'import sys; from hwpx.document import HwpxDocument; print(HwpxDocument.open(sys.argv[1]).export_text())' \
      "$folder/$name.hwpx" > "$folder/$name.read" 2> "$folder/log" || { cat "$folder/log"; fail "$name: python-hwpx"; }
    same_lines "$folder/$name.txt" "$folder/$name.read" || fail "$name: python-hwpx reads other text"
  fi
  if [ -n "$have_parser" ]; then
    "$python" -c 'import sys; from hwp_hwpx_parser import Reader; print(Reader(sys.argv[1]).text)' "$folder/$name.hwpx" \
      > "$folder/$name.read" 2> "$folder/log" || { cat "$folder/log"; fail "$name: hwp-hwpx-parser"; }
    same_lines "$folder/$name.txt" "$folder/$name.read" || fail "$name: hwp-hwpx-parser reads other text"
  fi
  if [ -n "$have_office" ]; then
    "$jipctl" export "$draft" -o "$folder/$name.odt" || fail "$name: export"
    HOME=$folder soffice --headless --convert-to txt:Text --outdir "$folder/office" "$folder/$name.odt" > "$folder/log" 2>&1 \
      || { cat "$folder/log"; fail "$name: soffice"; }
    same_lines "$folder/$name.txt" "$folder/office/$name.txt" || fail "$name: LibreOffice reads other text"
  fi
  echo "checked $name"
done

# The other way: a paper of another writer, its numbers automatic or letters as it likes.
if [ -n "$have_kordoc" ]; then
  cat > "$folder/paper.md" <<'MARKDOWN'
# 공공시설 안전점검 안내

안전점검 **결과**를 알려 드립니다.

## 점검 개요

1. 점검 기간은 11월입니다
2. 점검 대상은 다음과 같습니다
   1. 도서관
   2. 체육관

| 시설 | 수량 |
|---|---|
| 도서관 | 3 |
| 체육관 | 2 |

자세한 내용은 붙임을 봅니다[^1].

[^1]: 시설별 점검표
MARKDOWN
  for preset in 기안문 보고서 보도자료; do
    kordoc generate "$folder/paper.md" -o "$folder/paper.hwpx" --preset "$preset" > "$folder/log" 2>&1 || { cat "$folder/log"; fail "kordoc generate"; }
    "$jipctl" extract "$folder/paper.hwpx" > "$folder/paper.read" || fail "$preset: extract"
    grep -v '^|---' "$folder/paper.md" | sed 's/^ *[0-9]*\. //; s/\[^1\]//' > "$folder/paper.txt"
    same_lines "$folder/paper.txt" "$folder/paper.read" || fail "$preset: jipctl reads other text"
  done
  echo "checked papers of kordoc"
fi
exit $failed
