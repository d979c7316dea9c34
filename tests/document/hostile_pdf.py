# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes PDF files that mean harm or are merely broken, each with what may become of it: a set of words that the one line on
stderr must hold one of, or READ for a file that has to be read.

usage: hostile_pdf.py FOLDER     (writes all of them there)
"""

import hashlib
import math
import random
import sys
import zlib
from pathlib import Path

READ = 'read'
DAMAGED, LOCKED, NO_PAGES, NO_BYTES, NO_PDF = 'damaged', 'password', 'no pages', 'empty', 'not a PDF'
TIME, MEMORY, LIMIT, SECONDS, SCANNED = 'more time', 'more memory', 'exceeds a limit', 'within', 'pictures and no text'
COST = {TIME, MEMORY, LIMIT, SECONDS}
PADDING = bytes.fromhex('28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A')


class Pdf:
    """Numbered objects, written with a cross-reference table that is right unless the case says otherwise."""

    def __init__(self):
        self.objects = {}

    def add(self, body, number=None):
        number = number or max(self.objects, default=0) + 1
        self.objects[number] = body if isinstance(body, bytes) else body.encode('latin-1')
        return number

    def stream(self, data, extra='', number=None):
        data = data if isinstance(data, bytes) else data.encode('latin-1')
        return self.add(f'<< /Length {len(data)} {extra} >>\nstream\n'.encode('latin-1') + data + b'\nendstream', number)

    def packed(self, data, extra='', times=1):
        for _ in range(times):
            data = zlib.compress(data, 9)
        return self.stream(data, '/Filter [' + '/FlateDecode ' * times + f'] {extra}')

    def write(self, trailer='', root=1, size=None, tail=''):
        out, places = bytearray(b'%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), {}
        for number, body in sorted(self.objects.items()):
            places[number] = len(out)
            out += b'%d 0 obj\n%s\nendobj\n' % (number, body)
        start, last = len(out), max(places) + 1
        out += f'xref\n0 {last}\n0000000000 65535 f \n'.encode()
        for number in range(1, last):
            out += b'%010d 00000 n \n' % places[number] if number in places else b'0000000000 00000 f \n'
        out += f'trailer\n<< /Size {size or last} /Root {root} 0 R {trailer} >>\n{tail}startxref\n{start}\n%%EOF\n'.encode('latin-1')
        return bytes(out)


FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'
TEXT = 'BT /F 12 Tf 40 100 Td (Hello, readers) Tj ET'


def page_of(content=TEXT, page='', resources='', catalog='', font=FONT):
    """One page: 1 catalogue, 2 pages, 3 page, 4 content, 5 font."""
    pdf = Pdf()
    pdf.add(f'<< /Type /Catalog /Pages 2 0 R {catalog} >>')
    pdf.add('<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
    box = '' if '/MediaBox' in page else '/MediaBox [0 0 200 200]'
    pdf.add(f'<< /Type /Page /Parent 2 0 R {box} {page} /Resources << /Font << /F 5 0 R >> {resources} >> /Contents 4 0 R >>')
    pdf.stream(content)
    pdf.add(font)
    return pdf


def pages_of(count, content):
    pdf = Pdf()
    pdf.add('<< /Type /Catalog /Pages 2 0 R >>')
    pdf.add(f'<< /Type /Pages /Kids [{" ".join(f"{10 + 2 * i} 0 R" for i in range(count))}] /Count {count} >>')
    pdf.add(FONT)
    for i in range(count):
        pdf.add(f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> /XObject << /X 4 0 R >> >> '
                f'/Contents {11 + 2 * i} 0 R >>', 10 + 2 * i)
        pdf.stream(content(i), number=11 + 2 * i)
    return pdf


def rc4(key, data):
    box, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def encrypted(user):
    """Locked with 40 bit RC4 (ISO 32000-1, 7.6.3); the owner's password is `owner`, and nothing may be copied or printed."""
    ident, rights = bytes(range(16)), -3904
    padded = [(word + PADDING)[:32] for word in (b'owner', user)]
    owner = rc4(hashlib.md5(padded[0]).digest()[:5], padded[1])
    key = hashlib.md5(padded[1] + owner + rights.to_bytes(4, 'little', signed=True) + ident).digest()[:5]
    pdf = page_of(rc4(hashlib.md5(key + b'\4\0\0\0\0').digest()[:10], TEXT.encode()))
    lock = pdf.add(f'<< /Filter /Standard /V 1 /R 2 /P {rights} /O <{owner.hex()}> /U <{rc4(key, PADDING).hex()}> >>')
    return pdf.write(f'/Encrypt {lock} 0 R /ID [<{ident.hex()}> <{ident.hex()}>]')


def unknown_lock():
    pdf = page_of()
    lock = pdf.add('<< /Filter /OfAnotherMaker /V 9 /R 9 /P 0 /O () /U () >>')
    return pdf.write(f'/Encrypt {lock} 0 R /ID [<00> <00>]')


def page_cycle():
    pdf = page_of()
    pdf.add('<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000 /Parent 2 0 R >>', 2)
    return pdf.write()


def page_tree_deep():
    pdf = page_of()
    for i in range(20000):
        pdf.add(f'<< /Type /Pages /Kids [{11 + i} 0 R] /Count 1 /Parent {9 + i if i else 2} 0 R >>', 10 + i)
    pdf.add('<< /Type /Page /Parent 20009 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>', 20010)
    pdf.add('<< /Type /Pages /Kids [10 0 R] /Count 1 >>', 2)
    return pdf.write()


def count(value):
    pdf = page_of()
    pdf.add(f'<< /Type /Pages /Kids [3 0 R] /Count {value} >>', 2)
    return pdf.write()


def object_stream(extra):
    pdf = page_of()
    pdf.stream('1 0 2 40 << /Type /Catalog /Pages 2 0 R >>', f'/Type /ObjStm {extra}', 7)
    body = pdf.write()
    return body.replace(b'%PDF-1.7', b'%PDF-1.5', 1)


def xref_stream(width, index, data, extra=''):
    """A cross-reference stream and nothing else that says where objects are."""
    body = bytearray(page_of().write())
    body = body[:body.index(b'xref\n0 ')]
    start = len(body)
    packed = zlib.compress(data)
    body += (f'9 0 obj\n<< /Type /XRef /Size 10 /Root 1 0 R /W {width} /Index {index} /Filter /FlateDecode {extra} '
             f'/Length {len(packed)} >>\nstream\n').encode() + packed + f'\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n'.encode()
    return bytes(body)


def xref_prev_cycle():
    body = page_of().write('/Prev 0')
    start = int(body.rsplit(b'startxref\n', 1)[1].split()[0])
    return body.replace(b'/Prev 0', b'/Prev %d' % start, 1)


def xref_prev_chain():
    """Ten thousand tables, each sending the reader to the one before."""
    body = bytearray(page_of().write())
    last = int(bytes(body).rsplit(b'startxref\n', 1)[1].split()[0])
    for _ in range(10000):
        at = len(body)
        body += b'xref\n0 0\ntrailer\n<< /Size 6 /Root 1 0 R /Prev %d >>\n' % last
        last = at
    return bytes(body) + b'startxref\n%d\n%%%%EOF\n' % last


def forms(levels, times):
    """Forms that draw each other: the work doubles with every level, or never ends."""
    pdf = page_of('/X Do', resources='/XObject << /X 10 0 R >>')
    for i in range(levels):
        pdf.stream('/X Do ' * times, f'/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /X {11 + i} 0 R >> >>', 10 + i)
    pdf.stream(TEXT, '/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /Font << /F 5 0 R >> >>', 10 + levels)
    return pdf


def form_cycle():
    pdf = page_of(TEXT + ' /X Do', resources='/XObject << /X 6 0 R >>')
    pdf.stream('/X Do /X Do', '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>', 6)
    return pdf.write()


def type3_cycle():
    font = ('<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65 /Widths [1] '
            '/CharProcs << /a 6 0 R >> /Encoding << /Differences [65 /a] >> /Resources << /Font << /F 5 0 R >> >> >>')
    pdf = page_of('BT /F 12 Tf 40 100 Td (AAAA) Tj ET', font=font)
    pdf.stream('1 0 d0 BT /F 1 Tf (AAAA) Tj ET', number=6)
    return pdf.write()


def deep(opening, closing, times=500000):
    pdf = page_of()
    pdf.add('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources ' + opening * times + closing * times + ' >>', 3)
    return pdf.write()


def flate_bomb(times, size, piece=b'BT /F 1 Tf (a) Tj ET\n'):
    pdf = page_of()
    number = pdf.packed(piece * (size // len(piece)), times=times)
    pdf.objects[4] = pdf.objects.pop(number)
    return pdf.write()


def nested_bomb():
    """Some kilobytes that unpack to some gigabytes: zeros, packed three times over."""
    packer, first = zlib.compressobj(9), bytearray()
    for _ in range(1024):
        first += packer.compress(bytes(1 << 20))
    first += packer.flush()
    data = zlib.compress(zlib.compress(bytes(first), 9), 9)
    pdf = page_of()
    pdf.stream(data, '/Filter [/FlateDecode /FlateDecode /FlateDecode]', 4)
    return pdf.write()


def image(width, height, extra='/ColorSpace /DeviceRGB /BitsPerComponent 8', data=b'\0'):
    pdf = page_of(f'{TEXT} q 200 0 0 200 0 0 cm /X Do Q', resources='/XObject << /X 6 0 R >>')
    pdf.stream(data, f'/Type /XObject /Subtype /Image /Width {width} /Height {height} {extra}', 6)
    return pdf.write()


def inline_image():
    return page_of(f'{TEXT} BI /W 2000000000 /H 2000000000 /BPC 8 /CS /RGB ID x EI {TEXT}').write()


def unicode_map(lines):
    font = '<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [7 0 R] >>'
    pdf = page_of('BT /F 12 Tf 40 100 Td <0041004200430044> Tj ET', font=font)
    pdf.stream('/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange '
               + lines + ' endcmap', number=6)
    pdf.add('<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>', 7)
    return pdf.write()


def font_file(data):
    font = '<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar 32 /LastChar 126 /FontDescriptor 6 0 R >>'
    pdf = page_of(font=font)
    pdf.add('<< /Type /FontDescriptor /FontName /A /Flags 32 /FontFile2 7 0 R >>', 6)
    pdf.stream(data, number=7)
    return pdf.write()


def outline_cycle():
    pdf = page_of(catalog='/Outlines 6 0 R')
    pdf.add('<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>', 6)
    pdf.add('<< /Title (a) /Parent 6 0 R /Next 7 0 R /First 7 0 R >>', 7)
    return pdf.write()


def reaching_out():
    """Whatever a document may ask its reader for: programs, addresses, other files. Its text is read, and nothing else."""
    pdf = page_of(catalog='/OpenAction 6 0 R /AA << /WC 7 0 R >> /AcroForm << /XFA 8 0 R /Fields [] >> /Names << /EmbeddedFiles << /Names [(x) 9 0 R] >> >>',
                  page='/AA << /O 7 0 R >> /Annots [10 0 R]')
    pdf.add('<< /Type /Action /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >> /Next 7 0 R >>', 6)
    pdf.add('<< /Type /Action /S /URI /URI (http://127.0.0.1:9/x) /Next << /S /JavaScript /JS (app.launchURL\\("http://127.0.0.1:9/"\\)) >> >>', 7)
    pdf.stream('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xdp>&e;</xdp>', number=8)
    pdf.add('<< /Type /Filespec /FS /URL /F (http://127.0.0.1:9/y) >>', 9)
    pdf.add('<< /Type /Annot /Subtype /RichMedia /Rect [0 0 9 9] /A 7 0 R >>', 10)
    return pdf.write()


def outer_stream(path):
    """The page's content is said to be in another file."""
    pdf = page_of()
    pdf.add(f'<< /Length 0 /F << /Type /Filespec /F ({path}) >> /FFilter [] >>\nstream\n\nendstream', 4)
    return pdf.write()


def truncated(part):
    body = pages_of(20, lambda i: TEXT).write()
    return body[:int(len(body) * part)]


def scrambled(seed):
    body = bytearray(pages_of(5, lambda i: TEXT).write())
    chance = random.Random(seed)
    for _ in range(len(body) // 20):
        body[chance.randrange(9, len(body))] = chance.randrange(256)
    return bytes(body)


def same_place():
    return page_of('BT /F 8 Tf ' + ''.join(f'1 0 0 1 {40 + i % 3 * 0.01:.2f} 100 Tm (a) Tj ' for i in range(300000)) + 'ET').write()


def scattered():
    chance = random.Random(3)
    words = ''.join(f'1 0 0 1 {chance.uniform(0, 14000):.1f} {chance.uniform(0, 14000):.1f} Tm (w{i}) Tj ' for i in range(120000))
    return page_of('BT /F 4 Tf ' + words + 'ET', page='/MediaBox [0 0 14400 14400]').write()


def words_at(places, size=8, box=842):
    """Words at places of a page: x, y from below."""
    words = ''.join(f'1 0 0 1 {x:.2f} {y:.2f} Tm (w{i % 97}) Tj ' for i, (x, y) in enumerate(places))
    return page_of(f'BT /F {size} Tf {words}ET', page=f'/MediaBox [0 0 {box} {box}]').write()


def grid():
    """Cells without end: each line has as many gaps as the next."""
    return words_at([(20 + x * 40, 20 + y * 40) for y in range(300) for x in range(300)], box=13000)


def staircase():
    """Every line shifts the white a little."""
    return words_at([(20 + x * 40 + y * 1.7, 20 + y * 12) for y in range(1000) for x in range(60)], box=13000)


def stacked_tables():
    """Three rows of cells, then a line across, thousands of times."""
    return words_at([place for y in range(2000) for place in ([(20 + x * 8, 20 + y * 6.5) for x in range(12)] if y % 4 == 0 else
                                                              [(20, 20 + y * 6.5), (90, 20 + y * 6.5)])], 4, 13200)


def nested_columns():
    """Columns in columns in columns."""
    places, part = [], [(20.0, 13000.0, 20.0, 13000.0, 0)]
    while part:
        x1, x2, y1, y2, depth = part.pop()
        if depth == 13:
            places.append((x1, y1))
            continue
        one, other = ((x1, (x1 + x2) / 2 - 3, y1, y2), ((x1 + x2) / 2 + 3, x2, y1, y2)) if depth % 2 else (
            (x1, x2, y1, (y1 + y2) / 2 - 3), (x1, x2, (y1 + y2) / 2 + 3, y2))
        part += [(*one, depth + 1), (*other, depth + 1)]
    return words_at(places, 4, 13200)


def one_word_lines():
    return words_at([(20, 20 + y * 0.26) for y in range(50000)], 3, 13200)


def far_away():
    """Places and sizes that no page has."""
    places = ' '.join(f'{a} 0 0 {d} {x} {y} Tm (word) Tj' for a, d, x, y in (
        (1, 1, 1e30, 1e30), (1e20, 1e20, 9, 9), (0, 0, 50, 50), (-1, 1, 100, 100), (1, -1, 100, 120), (1e-30, 1e-30, 60, 60), (1, 1, -1e9, 5)))
    return page_of(f'BT /F 12 Tf 1 0 0 1 20 180 Tm (Hello) Tj {places} ET').write()


def turned_words():
    """Each word turned another way."""
    chance = random.Random(5)
    words = ' '.join(f'{math.cos(a):.4f} {math.sin(a):.4f} {-math.sin(a):.4f} {math.cos(a):.4f} {chance.uniform(0, 590):.1f} {chance.uniform(0, 590):.1f} '
                     f'Tm (turned {i}) Tj' for i, a in enumerate(chance.uniform(0, 7) for _ in range(20000)))
    return page_of(f'BT /F 9 Tf {words} ET', page='/MediaBox [0 0 600 600]').write()


def sizes_mixed():
    """A letter as tall as the page among letters of a point."""
    words = ' '.join(f'BT /F {size} Tf {x} {y} Td (ab cd) Tj ET' for i in range(20000)
                     for size, x, y in (((500, 20, 20) if i % 1000 == 0 else (1, 20 + i % 140 * 4, 20 + i // 140 * 4)),))
    return page_of(words, page='/MediaBox [0 0 600 600]').write()


def wide_line():
    """One line of far more words than fit."""
    return words_at([(10 + i * 0.13, 100) for i in range(100000)], 2, 14400)


def wrapped_for_ever():
    """A table whose cells all go on."""
    return words_at([(20 + x * 60 + k * 9, 20 + y * 9) for y in range(700) for x in range(30) for k in range(5)], 6, 13200)


def long_document(count):
    return pages_of(count, lambda i: f'BT /F 11 Tf 14 TL 60 760 Td ' + ''.join(f'(Page {i + 1}, line {k} of a long report) Tj T* ' for k in range(40)) + 'ET').write()


def slow_document():
    """Every page takes a second or so, and there are five hundred."""
    pdf = pages_of(500, lambda i: '/X Do')
    forms_of = 18
    for i in range(forms_of):
        pdf.stream('/X Do /X Do', f'/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {5001 + i} 0 R >> >>', 5000 + i)
    pdf.stream('0 0 1 1 re f', '/Type /XObject /Subtype /Form /BBox [0 0 9 9]', 5000 + forms_of)
    pdf.add(pdf.objects[5000], 4)
    return pdf.write()


def much_text():
    """Each page is within its limit; all of them together are more than a document has."""
    words = b'BT /F 2 Tf 2 TL 10 14380 Td ' + (b'(' + b'lorem ipsum ' * 100 + b') Tj T* ') * 700 + b'ET'
    pdf = Pdf()
    pdf.add('<< /Type /Catalog /Pages 2 0 R >>')
    pdf.add(f'<< /Type /Pages /Kids [{" ".join(f"{10 + i} 0 R" for i in range(2000))}] /Count 2000 >>')
    pdf.add(FONT)
    pdf.packed(words)
    for i in range(2000):
        pdf.add('<< /Type /Page /Parent 2 0 R /MediaBox [0 0 14400 14400] /Resources << /Font << /F 3 0 R >> >> /Contents 4 0 R >>', 10 + i)
    return pdf.write()


def media_box(box):
    return page_of(page=f'/MediaBox {box}').write()


def scans(pages):
    pdf = pages_of(len(pages), lambda i: TEXT if pages[i] == 't' else 'q 500 0 0 700 40 40 cm /X Do Q')
    pdf.stream(bytes(64), '/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8', 4)
    return pdf.write()


def contents_array():
    pdf = page_of()
    pdf.add(f'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << /Font << /F 5 0 R >> >> /Contents [{"4 0 R " * 200000}] >>', 3)
    return pdf.write()


CASES = {
    # what is no document
    'empty.pdf': (lambda: b'', {NO_BYTES}),
    'text.pdf': (lambda: '이것은 글입니다.\n'.encode(), {NO_PDF}),
    'head.pdf': (lambda: b'%PDF-1.7\n', {DAMAGED}),
    'noise.pdf': (lambda: b'%PDF-1.7\n' + bytes(range(256)) * 4096, {DAMAGED}),
    'zip.pdf': (lambda: b'PK\3\4' + bytes(60), {NO_PDF}),
    'late-head.pdf': (lambda: b'\n' * 900 + page_of().write(), {READ}),
    # pages
    'no-pages.pdf': (lambda: count(0).replace(b'[3 0 R]', b'[]     '), {NO_PAGES}),
    'no-catalog.pdf': (lambda: page_of().write(root=99), {DAMAGED}),
    'page-cycle.pdf': (page_cycle, {DAMAGED, NO_PAGES} | COST),
    'page-tree-deep.pdf': (page_tree_deep, {DAMAGED, READ} | COST),
    'count-huge.pdf': (lambda: count(2**31 - 1), {DAMAGED, LIMIT, READ, NO_PAGES}),
    'count-negative.pdf': (lambda: count(-5), {DAMAGED, NO_PAGES, READ}),
    'pages-5000.pdf': (lambda: long_document(5000), {READ} | COST),
    'pages-20000.pdf': (lambda: long_document(20000), {LIMIT}),
    'pages-slow.pdf': (slow_document, {TIME, SECONDS}),
    'pages-much-text.pdf': (much_text, COST),
    'scan.pdf': (lambda: scans('ss'), {SCANNED}),
    'part-scan.pdf': (lambda: scans('tsst'), {READ}),
    # structure
    'xref-prev-cycle.pdf': (xref_prev_cycle, {DAMAGED, READ}),
    'xref-prev-chain.pdf': (xref_prev_chain, {DAMAGED, READ} | COST),
    'xref-size.pdf': (lambda: page_of().write(size=2**31 - 1), {DAMAGED, READ} | COST),
    'xref-many.pdf': (lambda: page_of().write().replace(b'xref\n0 6', b'xref\n0 2147483647'), {DAMAGED, READ} | COST),
    'xref-stream-index.pdf': (lambda: xref_stream('[1 2 1]', '[0 2147483647]', bytes(40)), {DAMAGED, READ} | COST),
    'xref-stream-width.pdf': (lambda: xref_stream('[2147483647 2147483647 1]', '[0 10]', bytes(400)), {DAMAGED, READ} | COST),
    'xref-stream-bomb.pdf': (lambda: xref_stream('[1 8 8]', '[0 9000000]', bytes(17 * 9000000)), {DAMAGED, READ} | COST),
    'xref-stream-cycle.pdf': (lambda: xref_stream('[1 2 1]', '[0 10]', b'\2\0\x09\0' * 10, '/Prev 9'), {DAMAGED, READ, NO_PAGES} | COST),
    'objstm-many.pdf': (lambda: object_stream('/N 2147483647 /First 9'), {DAMAGED, READ} | COST),
    'objstm-extends.pdf': (lambda: object_stream('/N 2 /First 9 /Extends 7 0 R'), {DAMAGED, READ} | COST),
    'deep-arrays.pdf': (lambda: deep('[', ']'), {DAMAGED, READ, SCANNED} | COST),
    'deep-dictionaries.pdf': (lambda: deep('<</A', '>>'), {DAMAGED, READ, SCANNED} | COST),
    'reference-cycle.pdf': (lambda: page_of().write().replace(b'/Contents 4 0 R', b'/Contents 3 0 R'), {DAMAGED, SCANNED}),
    'length-cycle.pdf': (lambda: page_of().write().replace(b'/Length 44', b'/Length 4 0 R', 1), {DAMAGED, READ, SCANNED}),
    'length-wrong.pdf': (lambda: page_of().write().replace(b'/Length 44', b'/Length 2147483647', 1), {DAMAGED, READ}),
    'contents-array.pdf': (contents_array, {READ} | COST),
    'outline-cycle.pdf': (outline_cycle, {READ}),
    # time and memory
    'forms-doubled.pdf': (lambda: forms(40, 2).write(), {TIME, SECONDS, READ, SCANNED}),
    'forms-deep.pdf': (lambda: forms(50000, 1).write(), {DAMAGED, READ, SCANNED} | COST),
    'form-cycle.pdf': (form_cycle, {READ, DAMAGED} | COST),
    'type3-cycle.pdf': (type3_cycle, {READ, DAMAGED, SCANNED} | COST),
    'flate-bomb.pdf': (lambda: flate_bomb(1, 200 << 20), {READ} | COST),
    'flate-bomb-twice.pdf': (lambda: flate_bomb(2, 200 << 20, b' '), {SCANNED} | COST),
    'flate-bomb-thrice.pdf': (nested_bomb, {SCANNED, DAMAGED} | COST),
    'save-deep.pdf': (lambda: flate_bomb(1, 40 << 20, b'q '), {SCANNED, DAMAGED} | COST),
    'same-place.pdf': (same_place, {READ} | COST),
    'scattered.pdf': (scattered, {READ} | COST),
    'grid.pdf': (grid, {READ} | COST),
    'staircase.pdf': (staircase, {READ} | COST),
    'stacked-tables.pdf': (stacked_tables, {READ} | COST),
    'nested-columns.pdf': (nested_columns, {READ} | COST),
    'one-word-lines.pdf': (one_word_lines, {READ} | COST),
    'far-away.pdf': (far_away, {READ}),
    'turned-words.pdf': (turned_words, {READ} | COST),
    'sizes-mixed.pdf': (sizes_mixed, {READ} | COST),
    'wide-line.pdf': (wide_line, {READ} | COST),
    'wrapped-for-ever.pdf': (wrapped_for_ever, {READ} | COST),
    'long-string.pdf': (lambda: page_of('BT /F 1 Tf 1 1 Td (' + 'a' * (40 << 20) + ') Tj ET').write(), {READ} | COST),
    'image-huge.pdf': (lambda: image(2**31 - 1, 2**31 - 1), {READ} | COST),
    'image-wide.pdf': (lambda: image(60000, 60000), {READ} | COST),
    'image-jpx.pdf': (lambda: image(9, 9, '/Filter /JPXDecode', bytes(500)), {READ, DAMAGED}),
    'image-jbig2.pdf': (lambda: image(60000, 60000, '/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode', bytes(500)), {READ, DAMAGED} | COST),
    'image-inline.pdf': (inline_image, {READ, DAMAGED} | COST),
    'map-ranges.pdf': (lambda: unicode_map('1 beginbfrange <0000> <FFFF> <0041> endbfrange ' * 3000), {READ} | COST),
    'map-long.pdf': (lambda: unicode_map('1 beginbfchar <0041> <' + '0041' * 2000000 + '> endbfchar'), {READ, DAMAGED, SCANNED} | COST),
    'map-cycle.pdf': (lambda: unicode_map('/Identity-H usecmap ' * 5000), {READ, DAMAGED, SCANNED} | COST),
    'font-noise.pdf': (lambda: font_file(b'\0\1\0\0' + bytes(range(256)) * 400), {READ, DAMAGED}),
    'font-bomb.pdf': (lambda: font_file(b'true\xff\xff\xff\xff' + b'\xff' * 100000), {READ, DAMAGED} | COST),
    # sizes
    'box-huge.pdf': (lambda: media_box('[0 0 1e30 1e30]'), {READ, DAMAGED, LIMIT}),
    'box-zero.pdf': (lambda: media_box('[0 0 0 0]'), {READ, DAMAGED, SCANNED}),
    'box-reversed.pdf': (lambda: media_box('[200 200 0 0]'), {READ}),
    'box-words.pdf': (lambda: media_box('[(a) null /b [1]]'), {READ, DAMAGED}),
    'box-turned.pdf': (lambda: page_of(page='/Rotate 1999999990 /UserUnit 1e9').write(), {READ}),
    # locks
    'locked.pdf': (lambda: encrypted(b'secret'), {LOCKED}),
    'restricted.pdf': (lambda: encrypted(b''), {READ}),
    'unknown-lock.pdf': (unknown_lock, {LOCKED, DAMAGED}),
    # other files, programs, addresses
    'reaching-out.pdf': (reaching_out, {READ}),
    'outer-stream.pdf': (lambda: outer_stream('/etc/passwd'), {SCANNED, DAMAGED}),
    # damage
    **{f'cut-{part}.pdf': (lambda part=part: truncated(part / 100), {READ, DAMAGED, NO_PAGES, SCANNED}) for part in (2, 10, 30, 50, 70, 90, 99)},
    **{f'scrambled-{seed}.pdf': (lambda seed=seed: scrambled(seed), {READ, DAMAGED, NO_PAGES, SCANNED, LOCKED} | COST) for seed in range(8)},
}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, _) in CASES.items():
        (folder / name).write_bytes(make())


if __name__ == '__main__':
    main()
