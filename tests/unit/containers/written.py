"""Files of every kind, written by hand as small as they can be, for the tests of this folder."""

import struct
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

Rows = Sequence[Sequence[str | float]]

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
END = "</Relationships>"
_TENFOLD = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi"))
LAUGHS = f'<!DOCTYPE x [<!ENTITY a "ha">{_TENFOLD}]>'
"""Of each entity ten are in the next: `&i;` is 200 MB of text."""
OUTSIDE = '<!DOCTYPE x [<!ENTITY i SYSTEM "file:///etc/hostname">]>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def xml_2003(table: str, *, doctype: str = "", before: str = "", name: str = "八月") -> bytes:
    """A workbook of one sheet by the rows in its `Table`."""
    sheet = f'<Worksheet ss:Name="{name}"><Table>{table}</Table></Worksheet>'
    book = f'<Workbook xmlns="{SPREADSHEET}" xmlns:ss="{SPREADSHEET}">{before}{sheet}</Workbook>'
    return f"{DECLARATION}{doctype}{book}".encode()


def xml_2003_of(rows: Rows) -> bytes:
    def cell(value: str | float) -> str:
        return f'<Cell><Data ss:Type="{"String" if isinstance(value, str) else "Number"}">{value}</Data></Cell>'

    return xml_2003("".join(f"<Row>{''.join(map(cell, row))}</Row>" for row in rows))


def ods(table: str, *, doctype: str = "", before: str = "", parts: Mapping[str, str] | None = None) -> bytes:
    """A document of one sheet by the rows in its table."""
    named = " ".join(
        f'xmlns:{prefix}="{OASIS}{place}:1.0"'
        for prefix, place in (
            ("office", "office"), ("table", "table"), ("text", "text"), ("number", "datastyle"), ("style", "style"),
        )
    )  # fmt: skip
    sheet = f'<table:table table:name="八月">{table}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    content = f"{DECLARATION}{doctype}<office:document-content {named}>{before}{body}</office:document-content>"
    declared = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": declared, "content.xml": content, **(parts or {})})


def ods_of(rows: Rows) -> bytes:
    def cell(value: str | float) -> str:
        said = "" if isinstance(value, str) else f' office:value-type="float" office:value="{value}"'
        return f"<table:table-cell{said}><text:p>{value}</text:p></table:table-cell>"

    return ods("".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows))


def html_of(rows: Rows) -> bytes:
    lines = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><body><table>{''.join(lines)}</table></body></html>".encode()


def xlsx(rows: str, *, doctype: str = "", after: str = "", before: str = "") -> bytes:
    """A workbook of one sheet by the rows in its `sheetData`; `before` the sheets in the workbook's part."""
    related = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/'
    book = f'{before}<sheets><sheet name="八月" sheetId="1" r:id="r1"/></sheets>'
    return zipped({
        "[Content_Types].xml": f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{DECLARATION}{related}officeDocument" Target="xl/workbook.xml"/>{END}',
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{book}</workbook>',
        "xl/_rels/workbook.xml.rels": f'{DECLARATION}{related}worksheet" Target="worksheets/sheet1.xml"/>{END}',
        "xl/worksheets/sheet1.xml": (
            f'{DECLARATION}{doctype}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
        ),
    })  # fmt: skip


def xlsb_of(rows: Rows) -> bytes:
    """A binary workbook of texts and numbers."""
    sheet = b""
    for number, row in enumerate(rows):
        sheet += record(0, struct.pack("<I", number) + bytes(21))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            sheet += (
                record(6, place + wide(cell)) if isinstance(cell, str) else record(5, place + struct.pack("<d", cell))
            )
    return xlsb(sheet)


def xlsb(sheet: bytes, *, book: bytes = b"", parts: Mapping[str, bytes] | None = None) -> bytes:
    """A binary workbook of one sheet by its records, as [MS-XLSB] has them; `book`: more records of the workbook's."""
    related = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{OFFICE}/'
    listed = record(156, struct.pack("<II", 0, 1) + wide("r1") + wide("八月"))
    return zipped({
        "xl/workbook.bin": (book or record(153, bytes(8))) + listed,
        "xl/_rels/workbook.bin.rels": f'{DECLARATION}{related}worksheet" Target="worksheets/sheet1.bin"/>{END}',
        "xl/worksheets/sheet1.bin": sheet,
        **(parts or {}),
    })  # fmt: skip


def record(number: int, body: bytes) -> bytes:
    return varying(number) + varying(len(body)) + body


def varying(number: int) -> bytes:
    """The number in bytes of 7 bits, the lowest first."""
    return bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80]) + varying(number >> 7)


def wide(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded) // 2) + encoded
