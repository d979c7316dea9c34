#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check-cli.sh JIPCTL DATA-FOLDER: what `jipctl export` and `jipctl extract` do with bad input: exit status 2, one line
# on stderr, no output file. And with good input: the text goes through a PDF and back.
set -u
jipctl=$1
data=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
n=0
failed=0

result () {
  n=$((n + 1))
  if [ "$1" = 0 ]; then
    echo "ok $n $2"
  else
    echo "not ok $n $2"
    failed=1
  fi
}

# refused NAME PATTERN ARGUMENT...: status 2, one line on stderr that has PATTERN, nothing on stdout, no out.*
refused () {
  name=$1
  pattern=$2
  shift 2
  "$jipctl" "$@" > "$folder/stdout" 2> "$folder/stderr"
  status=$?
  bad=0
  [ "$status" = 2 ] || bad=1
  [ "$(wc -l < "$folder/stderr")" = 1 ] || bad=1
  grep -q "$pattern" "$folder/stderr" || bad=1
  [ -s "$folder/stdout" ] && bad=1
  [ -n "$(find "$folder" -name 'out.*')" ] && bad=1
  [ "$bad" = 0 ] || sed 's/^/# /' "$folder/stderr"
  result "$bad" "$name"
}

printf '{"format": "jip-draft/1", "type": "notice", "sections": [{"blocks": [{"kind": "frame"}]}]}' > "$folder/kind.json"
printf '{"format": "jip-draft/1",' > "$folder/cut.json"
printf '{"format": "jip-draft/2", "type": "notice", "sections": []}' > "$folder/format.json"
printf '{"format": "jip-draft/1", "type": "notice", "sections": [{"blocks": [{"kind": "image", "file": "none.png"}]}]}' \
  > "$folder/picture.json"
printf '%%PDF-1.4\nnothing' > "$folder/broken.pdf"
: > "$folder/empty.pdf"
printf 'text' > "$folder/named.pdf"
printf 'x' > "$folder/old.hwp"

refused 'an unknown block' 'blocks\[0\].kind' export "$folder/kind.json" -o "$folder/out.hwpx"
refused 'cut JSON' 'jipctl export:' export "$folder/cut.json" -o "$folder/out.pdf"
refused 'another format' 'format' export "$folder/format.json" -o "$folder/out.txt"
refused 'a picture that is not there' 'none.png' export "$folder/picture.json" -o "$folder/out.hwpx"
refused 'a draft that is not there' 'none.json' export "$folder/none.json" -o "$folder/out.hwpx"
refused 'an unknown ending' '\.hwpx' export "$data/work-report.json" -o "$folder/out.docx"
refused 'a folder that is not there' 'written' export "$data/official-letter.json" -o "$folder/none/out.pdf"
refused 'no output named' 'expected' export "$data/official-letter.json"
refused 'a broken PDF' 'damaged' extract "$folder/broken.pdf"
refused 'an empty file' 'empty' extract "$folder/empty.pdf"
refused 'text named as PDF' 'not a PDF' extract "$folder/named.pdf"
refused 'an old .hwp' 'hwpx' extract "$folder/old.hwp"
refused 'a missing file' 'opened' extract "$folder/none.pdf"

"$jipctl" export "$data/official-letter.json" -o "$folder/letter.pdf" \
  && "$jipctl" extract "$folder/letter.pdf" | grep -q '제출 기한: 2026. 12. 4.(금) 18:00'
result $? 'a letter goes to PDF and back'
"$jipctl" extract --json "$folder/letter.pdf" > "$folder/letter.json" \
  && python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); l = d["pages"][0]["lines"]
assert d["kind"] == "pdf" and any(i["text"] == "가람시장" and i["width"] > 20 for i in l)' "$folder/letter.json"
result $? 'as JSON with places'
echo "1..$n"
exit $failed
