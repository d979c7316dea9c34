#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# check-cli.sh JIPCTL DATA-FOLDER: what `jipctl export`, `extract` and `convert` do with bad input: exit status 2, one line
# on stderr, no output file. And with good input: the text goes through each format and back.
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
refused 'an old .hwp to convert' 'hwpx' convert "$folder/old.hwp" "$folder/out.odt"
refused 'a format that cannot be written' 'hwpx' convert "$data/notice.json" "$folder/out.docx"
refused 'one file alone' 'expected' convert "$data/notice.json"
refused 'cut JSON to convert' 'jipctl convert:' convert "$folder/cut.json" "$folder/out.json"
refused 'a missing file' 'opened' extract "$folder/none.pdf"

"$jipctl" export "$data/official-letter.json" -o "$folder/letter.pdf" \
  && "$jipctl" extract "$folder/letter.pdf" | grep -q '제출 기한: 2026. 12. 4.(금) 18:00'
result $? 'a letter goes to PDF and back'
"$jipctl" extract --json "$folder/letter.pdf" > "$folder/letter.json" \
  && python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); l = d["pages"][0]["lines"]
assert d["kind"] == "pdf" and any(i["text"] == "가람시장" and i["width"] > 20 for i in l)' "$folder/letter.json"
result $? 'as JSON with places'

for ending in hwpx odt; do
  "$jipctl" export "$data/official-letter.json" -o "$folder/letter.$ending" \
    && "$jipctl" extract "$folder/letter.$ending" | grep -q '^다. 제출 기한: 2026. 12. 4.(금) 18:00$'
  result $? "a letter goes to $ending and back"
  "$jipctl" extract --json "$folder/letter.$ending" > "$folder/letter.json" \
    && python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); l = [i["text"] for i in d["pages"][0]["lines"]]
assert d["kind"] == sys.argv[2] and "제목\t2026년 하반기 안전점검 결과 제출 요청" in l and d["scanned"] == []' "$folder/letter.json" "$ending"
  result $? "as JSON with its kind"
  for to in json hwpx odt pdf txt; do
    "$jipctl" convert "$folder/letter.$ending" "$folder/back.$to" && [ -s "$folder/back.$to" ]
    result $? "$ending to $to"
  done
  python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); b = [i for s in d["sections"] for i in s["blocks"]]
assert d["format"] == "jip-draft/1" and [i["level"] for i in b if i.get("level")] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 2]
assert [i["kind"] for i in b].count("table") == 3 and {"kind": "end"} in b
assert [len(i["items"]) for i in b if i["kind"] == "attachment"] == [2]' "$folder/back.json"
  result $? "with levels, tables, 붙임 and 끝."
done
"$jipctl" convert "$data/notice.json" "$folder/notice.txt" && "$jipctl" convert "$folder/notice.txt" "$folder/notice.json" \
  && "$jipctl" convert "$folder/notice.json" "$folder/again.txt" && grep -q '^○ 기간\|^ ○ 기간' "$folder/again.txt" \
  && [ "$(head -n 1 "$folder/again.txt")" = "$(head -n 1 "$folder/notice.txt")" ]
result $? 'text to a draft and back'
"$jipctl" convert "$folder/letter.pdf" "$folder/pdf.hwpx" && "$jipctl" extract "$folder/pdf.hwpx" | grep -q '제출 기한: 2026. 12. 4.(금) 18:00'
result $? 'PDF to HWPX'
echo "1..$n"
exit $failed
