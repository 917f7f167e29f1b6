"""What a terminal shows, as an SVG picture.

Letters stay text, each run of them at its place and of its width, whatever font there is. Lines, blocks and dots are
drawn: those of a font rarely meet.
"""

import re
import unicodedata
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple
from xml.sax.saxutils import escape

CELL, ROW, SIZE = 8.4, 18, 14  # a cell's width and height, and the font's
MARGIN, BAR = 14, 30
PLAIN, GROUND, FRAME, FAINT = "#d5dae3", "#161a21", "#262c36", "#8a919e"
BASIC = ("#2a2f3a", "#ff6b6b", "#5fd787", "#ffb454", "#6cb6ff", "#c792ea", "#5fd7d7", "#d5dae3",
         "#8a919e", "#ff8f8f", "#87e5a5", "#ffc880", "#92cbff", "#d9b3f2", "#8fe8e8", "#f2f4f8")
FONTS = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"

# Which edges of its cell a line reaches.
ARMS = {"─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru",
        "┼": "lrud", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "╴": "l", "╵": "u", "╶": "r",
        "╷": "d"}
HEAVY = {"━": "lr", "┃": "ud", "┏": "rd", "┓": "ld", "┗": "ru", "┛": "lu", "┣": "udr", "┫": "udl", "┳": "lrd", "┻": "lru", "╋": "lrud"}
# Which part of its cell a block fills: from the left, from the top, to the right, to the bottom, in eighths.
BLOCKS = {"█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▐": (4, 0, 8, 8), "░": (0, 0, 8, 8), "▒": (0, 0, 8, 8), "▓": (0, 0, 8, 8),
          **{chr(0x2580 + n): (0, 8 - n, 8, 8) for n in range(1, 8)},
          **{chr(0x2590 - n): (0, 0, n, 8) for n in range(1, 8)}}
SHADES = {"░": 0.22, "▒": 0.45, "▓": 0.7}
ARROWS = {"▼": "M{l} {t}H{r}L{x} {b}Z", "▲": "M{l} {b}H{r}L{x} {t}Z", "▾": "M{l} {t}H{r}L{x} {b}Z", "▴": "M{l} {b}H{r}L{x} {t}Z",
          "▶": "M{l} {t}L{r} {y}L{l} {b}Z", "◀": "M{r} {t}L{l} {y}L{r} {b}Z", "▸": "M{l} {t}L{r} {y}L{l} {b}Z"}
DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))  # of a Braille letter, by its bits


class Look(NamedTuple):
    """How a cell looks."""

    fore: Optional[str] = None
    back: Optional[str] = None
    bold: bool = False
    faint: bool = False
    underlined: bool = False
    reversed: bool = False

    def ink(self) -> str:
        return (self.back or GROUND) if self.reversed else (self.fore or (FAINT if self.faint else PLAIN))

    def ground(self) -> Optional[str]:
        return (self.fore or PLAIN) if self.reversed else self.back


class Cell(NamedTuple):
    """A letter at a column."""

    column: int
    letter: str
    look: Look


def _colour(codes: List[int]) -> Optional[str]:
    """What stands behind 38 or 48; takes it from the list."""
    if codes.pop(0) == 2:
        red, green, blue = codes.pop(0), codes.pop(0), codes.pop(0)
        return f"#{red:02x}{green:02x}{blue:02x}"
    number = codes.pop(0)
    if number < 16:
        return BASIC[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    return "#" + "".join(f"{0 if part == 0 else 55 + 40 * part:02x}"
                         for part in ((number - 16) // 36, (number - 16) // 6 % 6, (number - 16) % 6))


def _look(look: Look, words: str) -> Look:
    codes = [int(word or 0) for word in re.split("[;:]", words)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            look = Look()
        elif code in (38, 48):
            look = look._replace(**{"fore" if code == 38 else "back": _colour(codes)})
        elif 30 <= code <= 37 or 90 <= code <= 97:
            look = look._replace(fore=BASIC[code - 30 if code < 90 else code - 82])
        elif 40 <= code <= 47 or 100 <= code <= 107:
            look = look._replace(back=BASIC[code - 40 if code < 100 else code - 92])
        else:
            changes = {1: {"bold": True}, 2: {"faint": True}, 4: {"underlined": True}, 7: {"reversed": True},
                       22: {"bold": False, "faint": False}, 24: {"underlined": False}, 27: {"reversed": False},
                       39: {"fore": None}, 49: {"back": None}}
            look = look._replace(**changes.get(code, {}))
    return look


def cells_of(captured: str) -> List[List[Cell]]:
    """The rows of what `tmux capture-pane -e` says."""
    rows, look = [], Look()
    for line in captured.split("\n"):
        row: List[Cell] = []
        column = 0
        for words, text in re.findall(r"\x1b\[([0-9;:]*)m|([^\x1b]|\x1b(?!\[))", line):
            if not text:
                look = _look(look, words)
            elif text >= " ":
                row.append(Cell(column, text, look))
                column += 2 if unicodedata.east_asian_width(text) in "WF" else 1
        rows.append(row)
    return rows


def _number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _runs(row: List[Cell], key) -> Iterator[List[Cell]]:
    """Neighbours that have the same key; those with None are left out."""
    run: List[Cell] = []
    for cell in row:
        if run and (key(cell) != key(run[0]) or cell.column != run[-1].column + 1):
            yield run
            run = []
        if key(cell) is not None:
            run.append(cell)
    if run:
        yield run


class Picture:
    """Collects what is to be drawn."""

    def __init__(self, captured: str, columns: int, title: str) -> None:
        self.rows = cells_of(captured.rstrip("\n"))
        self.columns, self.title = columns, title
        self._fills: Dict[Tuple[str, float], List[str]] = {}
        self._lines: Dict[Tuple[str, float], Tuple[set, set]] = {}
        self._classes: Dict[str, str] = {}

    def _x(self, column: float) -> float:
        return MARGIN + column * CELL

    @staticmethod
    def _y(row: float) -> float:
        return BAR + MARGIN / 2 + row * ROW

    def _fill(self, ink: str, opacity: float, path: str) -> None:
        self._fills.setdefault((ink, opacity), []).append(path)

    def _box(self, left: float, top: float, right: float, bottom: float) -> str:
        return f"M{_number(left)} {_number(top)}H{_number(right)}V{_number(bottom)}H{_number(left)}Z"

    def _grounds(self) -> Iterator[str]:
        for y, row in enumerate(self.rows):
            for run in _runs(row, lambda cell: cell.look.ground()):
                yield (f'<rect x="{_number(self._x(run[0].column))}" y="{_number(self._y(y))}" '
                       f'width="{_number(len(run) * CELL)}" height="{ROW}" fill="{run[0].look.ground()}"/>')

    def _shape(self, y: int, cell: Cell) -> bool:
        """Whether it is one that is drawn, and draws it."""
        ink, letter = cell.look.ink(), cell.letter
        left, top = self._x(cell.column), self._y(y)
        arms, width = (ARMS.get(letter), 1.2) if letter in ARMS else (HEAVY.get(letter), 2.4)
        if arms:
            across, down = self._lines.setdefault((ink, width), (set(), set()))
            across.update((y, 2 * cell.column + (arm == "r")) for arm in arms if arm in "lr")
            down.update((cell.column, 2 * y + (arm == "d")) for arm in arms if arm in "ud")
        elif letter in ARROWS:
            self._fill(ink, 1, ARROWS[letter].format(l=_number(left + 1), r=_number(left + CELL - 1), x=_number(left + CELL / 2),
                                                     t=_number(top + 5), b=_number(top + 13), y=_number(top + 9)))
        elif "\u2800" < letter <= "\u28ff":
            for bit, (x, line) in enumerate(DOTS):
                if (ord(letter) - 0x2800) >> bit & 1:
                    dot_x, dot_y = left + CELL * (0.25 + 0.5 * x), top + ROW * (0.125 + 0.25 * line)
                    self._fill(ink, 1, self._box(dot_x - 1, dot_y - 1, dot_x + 1, dot_y + 1))
        else:
            return False
        return True

    def _blocks(self) -> None:
        for y, row in enumerate(self.rows):
            for run in _runs(row, lambda cell: (cell.letter, cell.look.ink()) if cell.letter in BLOCKS else None):
                x0, y0, x1, y1 = BLOCKS[run[0].letter]
                last = self._x(run[-1].column)
                self._fill(run[0].look.ink(), SHADES.get(run[0].letter, 1), self._box(
                    self._x(run[0].column) + x0 * CELL / 8, self._y(y) + y0 * ROW / 8, last + x1 * CELL / 8, self._y(y) + y1 * ROW / 8))

    def _class(self, look: Look) -> str:
        style = f"fill:{look.ink()}" + (";font-weight:bold" if look.bold else "") + \
            (";text-decoration:underline" if look.underlined else "")
        return self._classes.setdefault(style, "abcdefghijklmnopqrstuvwxyz"[len(self._classes)])

    def _texts(self) -> Iterator[str]:
        for y, row in enumerate(self.rows):
            letters = [cell for cell in row if cell.letter not in BLOCKS and not self._shape(y, cell)]
            base = _number(self._y(y) + 13.5)
            # A space between two words belongs to them; whoever stands alone is no text.
            for run in _runs(letters, lambda cell: (cell.look, cell.letter.isascii() or cell.letter)):
                text = "".join(cell.letter for cell in run)
                look = f'class="{self._class(run[0].look)}"' if text.strip() else ""
                for word in re.finditer(r"\S+(?: \S+)*", text):
                    x = self._x(run[0].column + word.start())
                    if word.group().isascii() and len(word.group()) > 1:
                        yield (f'<text x="{_number(x)}" y="{base}" textLength="{_number(len(word.group()) * CELL)}" '
                               f'{look}>{escape(word.group())}</text>')
                    else:
                        for n, letter in enumerate(word.group()):
                            yield (f'<text x="{_number(x + (n + 0.5) * CELL)}" y="{base}" text-anchor="middle" '
                                   f'{look}>{escape(letter)}</text>')

    def _strokes(self) -> Iterator[str]:
        for (ink, width), (across, down) in self._lines.items():
            path = ""
            for halves, is_across in ((across, True), (down, False)):
                for line, first, last in _joined(halves):
                    if is_across:
                        y, x0, x1 = self._y(line + 0.5), self._x(first / 2), self._x((last + 1) / 2)
                        path += f"M{_number(x0)} {_number(y)}H{_number(x1)}"
                    else:
                        x, y0, y1 = self._x(line + 0.5), self._y(first / 2), self._y((last + 1) / 2)
                        path += f"M{_number(x)} {_number(y0)}V{_number(y1)}"
            yield f'<path d="{path}" stroke="{ink}" stroke-width="{width}" stroke-linecap="square" fill="none"/>'

    def svg(self) -> str:
        width = 2 * MARGIN + self.columns * CELL
        height = self._y(len(self.rows)) + MARGIN
        texts = "\n".join(self._texts())
        self._blocks()
        fills = "\n".join(f'<path d="{"".join(paths)}" fill="{ink}"' + (f' fill-opacity="{opacity}"/>' if opacity < 1 else "/>")
                          for (ink, opacity), paths in self._fills.items())
        styles = "".join(f".{name}{{{style}}}" for style, name in self._classes.items())
        buttons = "".join(f'<circle cx="{20 + 18 * n}" cy="{BAR // 2}" r="5.5" fill="{fill}"/>'
                          for n, fill in enumerate(("#ff6b6b", "#ffb454", "#5fd787")))
        return "\n".join((
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(width)} {_number(height)}" '
            f'width="{_number(width)}" height="{_number(height)}" role="img" aria-label="{escape(self.title)}">',
            f'<style>text{{font:{SIZE}px {FONTS};white-space:pre}}{styles}</style>',
            f'<rect width="100%" height="100%" rx="8" fill="{GROUND}"/>',
            f'<path d="M0 {BAR}V8a8 8 0 0 1 8-8H{_number(width - 8)}a8 8 0 0 1 8 8V{BAR}Z" fill="{FRAME}"/>',
            buttons,
            f'<text x="50%" y="{BAR // 2 + 5}" text-anchor="middle" fill="{FAINT}">{escape(self.title)}</text>',
            *self._grounds(), fills, *self._strokes(), texts, "</svg>", ""))


def _joined(halves: set) -> Iterator[Tuple[int, int, int]]:
    """Neighbours in a line, as its number, the first and the last."""
    begun: Optional[Tuple[int, int, int]] = None
    for line, at in sorted(halves):
        if begun and begun[0] == line and begun[2] + 1 == at:
            begun = (line, begun[1], at)
            continue
        if begun:
            yield begun
        begun = (line, at, at)
    if begun:
        yield begun
