"""Papers as PDF: A4, a letterhead, a table whose head repeats, sums, signatures, page numbers."""

from __future__ import annotations

from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from service.files.papers.paper import Paper, SignatureBlock
from service.files.papers.wording import printable

MARGIN_MM, BOTTOM_MM, LINE_MM = 18, 20, 5.2
LABEL_MM, STAMP_MM, SIGN_MM = 42, 24, 24
SIZE: Final = {"name": 14, "title": 13, "text": 10, "table": 9, "small": 8}
GREY: Final = (235, 235, 235)
FONT: Final = "Helvetica"


class _Sheet(FPDF):
    """An A4 page with the paper's number and the page's below."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._number = ""
        self.set_margins(MARGIN_MM, MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=BOTTOM_MM)
        self.set_creation_date(paper.made_at)
        self.set_title(printable(f"{paper.title} {paper.number}"))
        self.set_lang("id")

    def begin(self, paper: Paper) -> None:
        """Start a paper on a page of its own; the one before closes with its own number."""
        self.add_page()
        self._number = printable(paper.number)

    def footer(self) -> None:
        """Print the number and "Halaman 1 dari 2"."""
        self.set_y(-14)
        self.set_font(FONT, size=SIZE["small"])
        self.cell(self.epw / 2, 5, self._number)
        self.cell(self.epw / 2, 5, f"Halaman {self.page_no()} dari {{nb}}", align="R")

    def write_line(self, text: str, *, size: str = "text", style: str = "", align: str = "L") -> None:
        """Print a paragraph over the whole width."""
        self.set_font(FONT, style=style, size=SIZE[size])
        self.multi_cell(
            0, LINE_MM, printable(text), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT, wrapmode=WrapMode.WORD
        )


def printed(*papers: Paper) -> bytes:
    """Return a paper, or a set of them in one file, as PDF; equal papers give equal bytes."""
    sheet = _Sheet(papers[0])
    for paper in papers:
        sheet.begin(paper)
        _body(sheet, paper)
    return bytes(sheet.output())


def _body(sheet: _Sheet, paper: Paper) -> None:
    _letterhead(sheet, paper)
    _facts(sheet, paper)
    if paper.rows:
        _table(sheet, paper)
    _sums(sheet, paper)
    if paper.closing:
        sheet.ln(2)
        sheet.write_line(paper.closing)
    _signatures(sheet, paper)


def _letterhead(sheet: _Sheet, paper: Paper) -> None:
    sheet.write_line(paper.issuer.name, size="name", style="B")
    sheet.write_line(f"{paper.issuer.address} · {paper.issuer.code}", size="small")
    sheet.set_line_width(0.6)
    sheet.line(MARGIN_MM, sheet.get_y() + 1.5, sheet.w - MARGIN_MM, sheet.get_y() + 1.5)
    sheet.set_line_width(0.2)
    sheet.ln(6)
    sheet.write_line(paper.title.upper(), size="title", style="B", align="C")
    sheet.write_line(f"Nomor: {paper.number}", align="C")
    sheet.ln(4)


def _facts(sheet: _Sheet, paper: Paper) -> None:
    receiver = f"{paper.receiver.name} ({paper.receiver.code})\n{paper.receiver.address}"
    for label, text in ((paper.receiver_label, receiver), *paper.facts):
        sheet.set_font(FONT, size=SIZE["text"])
        sheet.cell(LABEL_MM, LINE_MM, printable(label))
        sheet.cell(4, LINE_MM, ":")
        lines = "\n".join(printable(line) for line in text.split("\n"))
        sheet.multi_cell(0, LINE_MM, lines, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    sheet.ln(2)
    if paper.opening:
        sheet.write_line(paper.opening)
        sheet.ln(1)


def _table(sheet: _Sheet, paper: Paper) -> None:
    sheet.set_font(FONT, size=SIZE["table"])
    with sheet.table(
        col_widths=tuple(column.width for column in paper.columns),
        text_align=tuple(column.align.value for column in paper.columns),
        headings_style=FontFace(emphasis="BOLD", fill_color=GREY),
        borders_layout=TableBordersLayout.ALL,
        line_height=LINE_MM,
        padding=0.8,
        repeat_headings=1,
    ) as table:
        for cells in (tuple(column.head for column in paper.columns), *paper.rows):
            row = table.row()
            for cell in cells:
                row.cell(printable(cell))


def _sums(sheet: _Sheet, paper: Paper) -> None:
    sheet.ln(2)
    for label, amount in paper.sums:
        is_last = (label, amount) == paper.sums[-1]
        sheet.set_font(FONT, style="B" if is_last else "", size=SIZE["text"])
        sheet.cell(sheet.epw - 45, LINE_MM, printable(label), align="R")
        sheet.cell(45, LINE_MM, printable(amount), align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _signatures(sheet: _Sheet, paper: Paper) -> None:
    """Print the place and day, and beneath them a block for each who signs; never torn over two pages."""
    if not paper.signatures:
        return
    height = 5 * LINE_MM + SIGN_MM
    if sheet.will_page_break(height + LINE_MM):
        sheet.add_page()
    sheet.ln(4)
    sheet.write_line(paper.place_and_date, align="R")
    width, top = sheet.epw / max(2, len(paper.signatures)), sheet.get_y() + 1
    for number, block in enumerate(reversed(paper.signatures), 1):
        left = sheet.w - MARGIN_MM - number * width
        _block(sheet, block, left=left, top=top, width=width, has_stamp=paper.needs_stamp and number == 1)
    sheet.set_y(top + height - LINE_MM)


def _block(sheet: _Sheet, block: SignatureBlock, *, left: float, top: float, width: float, has_stamp: bool) -> None:
    sheet.set_font(FONT, size=SIZE["text"])
    for number, text in enumerate((f"{block.function},", block.organisation)):
        sheet.set_xy(left, top + number * LINE_MM)
        sheet.cell(width, LINE_MM, _fitting(sheet, text, width), align="C")
    below = top + 2 * LINE_MM
    if has_stamp:
        corner = left + width / 2 - STAMP_MM
        sheet.set_draw_color(150)
        sheet.rect(corner, below + 2, STAMP_MM, SIGN_MM - 4)
        sheet.set_draw_color(0)
        sheet.set_xy(corner, below + 7)
        sheet.set_font(FONT, size=SIZE["small"])
        sheet.multi_cell(STAMP_MM, 4, "Meterai\nRp 10.000", align="C")
    sheet.set_font(FONT, size=SIZE["small"])
    sheet.set_xy(left, below + SIGN_MM / 2)
    sheet.cell(width, LINE_MM, _fitting(sheet, block.signed, width), align="C")
    sheet.set_font(FONT, style="B", size=SIZE["text"])
    sheet.set_xy(left, below + SIGN_MM)
    name = block.name or "." * 34
    sheet.cell(width, LINE_MM, _fitting(sheet, f"({name})", width), align="C")


def _fitting(sheet: _Sheet, text: str, width: float) -> str:
    """Return text shortened to a width, with dots where it is cut."""
    shown = printable(text)
    while shown and sheet.get_string_width(shown) > width - 4:
        shown = f"{shown.removesuffix('...')[:-1]}..."
    return shown
