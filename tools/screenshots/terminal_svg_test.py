#!/usr/bin/env python3
"""Tests of the pictures: what a terminal shows is in them, and at its place."""

import re
import sys
import unittest
import xml.etree.ElementTree
from pathlib import Path
from typing import List, Tuple

sys.path.insert(0, str(Path(__file__).resolve().parent))

from terminal_svg import CELL, MARGIN, Look, Picture, cells_of


def texts_of(svg: str) -> List[Tuple[str, str]]:
    """The letters of a picture, with their places, less the title."""
    return [(element.text or "", element.get("x", "")) for element in xml.etree.ElementTree.fromstring(svg).iter()
            if element.tag.endswith("text")][1:]


class Cells(unittest.TestCase):
    """What tmux says."""

    def test_colours_and_attributes_last_until_they_are_reset(self) -> None:
        first, second = cells_of("\x1b[1;38;2;255;0;16ma\nb\x1b[0mc")
        look = Look(fore="#ff0010", bold=True)
        self.assertEqual([cell.look for cell in first + second], [look, look, Look()])

    def test_colours_of_256_and_16(self) -> None:
        (row,) = cells_of("\x1b[38;5;196ma\x1b[48;5;232mb\x1b[0;31mc\x1b[7md")
        self.assertEqual([(cell.look.fore, cell.look.back) for cell in row],
                         [("#ff0000", None), ("#ff0000", "#080808"), ("#ff6b6b", None), ("#ff6b6b", None)])
        self.assertEqual(row[3].look.ground(), "#ff6b6b")

    def test_wide_letters_take_two_columns(self) -> None:
        (row,) = cells_of("日x")
        self.assertEqual([cell.column for cell in row], [0, 2])


class Pictures(unittest.TestCase):
    """What is made of it."""

    def test_text_stays_text_at_its_column(self) -> None:
        svg = Picture("a <b>   c", 20, "t").svg()
        self.assertEqual([text for text, _ in texts_of(svg)], ["a <b>", "c"])
        self.assertAlmostEqual(float(texts_of(svg)[0][1]), MARGIN)
        self.assertAlmostEqual(float(texts_of(svg)[1][1]), MARGIN + 8.5 * CELL, delta=0.1)  # the middle of its cell

    def test_lines_are_drawn_in_one_piece(self) -> None:
        svg = Picture("┌──┐\n│  │\n└──┘", 4, "t").svg()
        (path,) = re.findall(r'<path d="([^"]*)" stroke=', svg)
        self.assertEqual((path.count("H"), path.count("V")), (2, 2))
        self.assertEqual(texts_of(svg), [])

    def test_heavy_lines_are_thicker(self) -> None:
        widths = [re.findall(r'stroke-width="([^"]*)"', Picture(line, 2, "t").svg()) for line in ("──", "━━", "┏┓")]
        self.assertEqual(widths, [["1.2"], ["2.4"], ["2.4"]])

    def test_trailing_ground_reaches_the_end(self) -> None:
        svg = Picture("\x1b[48;2;1;2;3mab  ", 4, "t").svg()
        self.assertIn(f'width="{4 * CELL:.1f}"', re.findall(r'<rect [^>]*fill="#010203"/>', svg)[0])


if __name__ == "__main__":
    unittest.main()
