"""A terminal that a test types at: what stands on the screen, and what has scrolled off it.

Two programs that draw the same screen may send different bytes for it, by how their output is cut into writes; so screens are what
is compared. TERMCAP tells programs what is understood here.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

WIDTH, HEIGHT = 80, 24
TERMCAP = (
    "screen:am:xn:co#80:li#24:cr=^M:nl=^J:do=^J:le=^H:bs:bl=^G:nd=\\E[C:up=\\E[A:ce=\\E[K:cd=\\E[J:cl=\\E[H\\E[J:"
    "cm=\\E[%i%d;%dH:dc=\\E[P:DC=\\E[%dP:ic=\\E[@:IC=\\E[%d@:ks=\\E[?1h:ke=\\E[?1l:ku=\\E[A:kd=\\E[B:kr=\\E[C:kl=\\E[D:"
    "kh=\\E[H:@7=\\E[F:kD=\\E[3~:kI=\\E[2~:"
)
SEQUENCE = re.compile(r"\x1b(?:\[([?]?)([0-9;]*)([@-~])|[^\[])")


def trimmed(rows: Iterable[str]) -> list[str]:
    lines = [row.rstrip() for row in rows]
    while lines and not lines[-1]:
        lines.pop()
    return lines


class Screen:
    """Rows of characters; `gone` holds those that have scrolled off."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.rows = [[" "] * WIDTH for _ in range(HEIGHT)]
        self.row = self.column = 0
        self.bells = 0
        self.unknown: list[str] = []
        self.rest = ""
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> None:
        text = self.rest + self.decoder.decode(data)
        self.rest = ""
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self.put(text[at])
                at += 1
            elif found := SEQUENCE.match(text, at):
                self.control(found)
                at = found.end()
            else:
                self.rest = text[at:]
                return

    def put(self, character: str) -> None:
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.down()
        elif character == "\b":
            self.column = max(0, min(self.column, WIDTH - 1) - 1)
        elif character == "\a":
            self.bells += 1
        elif character == "\t":
            self.column = min(WIDTH - 1, (self.column // 8 + 1) * 8)
        elif character >= " ":
            if self.column == WIDTH:  # the cursor waits behind the last column until there is more
                self.column = 0
                self.down()
            self.rows[self.row][self.column] = character
            self.column += 1

    def down(self) -> None:
        if self.row < HEIGHT - 1:
            self.row += 1
            return
        self.gone.append("".join(self.rows.pop(0)))
        self.rows.append([" "] * WIDTH)

    def control(self, found: re.Match[str]) -> None:
        private, numbers, final = found.groups()
        if final is None or private:
            return  # a mode, of the keypad or of pasting
        values = [int(number or 0) for number in numbers.split(";")]
        n = max(1, values[0])
        row = self.rows[self.row]
        self.column = min(self.column, WIDTH - 1)
        if final == "A":
            self.row = max(0, self.row - n)
        elif final == "C":
            self.column = min(WIDTH - 1, self.column + n)
        elif final == "H":
            self.row = min(HEIGHT, n) - 1
            self.column = min(WIDTH, max(1, values[1] if len(values) > 1 else 1)) - 1
        elif final in "JK":
            if final == "J" and self.row == self.column == 0:  # cleared: what was there counts as scrolled off
                self.gone += trimmed("".join(row) for row in self.rows)
            row[self.column:] = [" "] * (WIDTH - self.column)
            if final == "J":
                self.rows[self.row + 1:] = [[" "] * WIDTH for _ in self.rows[self.row + 1:]]
        elif final == "P":
            row[self.column:] = row[self.column + n:] + [" "] * min(n, WIDTH - self.column)
        elif final == "@":
            row[self.column:] = ([" "] * n + row[self.column:])[:WIDTH - self.column]
        elif final != "m":
            self.unknown.append(found.group())

    def text(self) -> list[str]:
        return trimmed([*self.gone, *("".join(row) for row in self.rows)])
