"""A file being damaged: its meta information, its body, and the tools that mutators share."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.hostile.parts import Coding, Part
from tests.hostile.seeds import DEFLATED, Seed, deflate

SIZES = (0, 1, 2, 3, 7, 15, 16, 17, 64, 255, 256, 4096, 32767, 32768, 65534, 65535)
LENGTHS = (0, 1, 2, 3, 8, 0x7FFF, 0xFFFE, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
NUMBERS = (
    b"",
    b" ",
    b"0",
    b"-0",
    b"-1",
    b"1e400",
    b"-1e308",
    b"1e-320",
    b"nan",
    b"inf",
    b"-inf",
    b"0x10",
    b"1_000",
    b"1,5",
    b"1\\2\\3\\4\\5\\6\\7",
    b"\\",
    b"\\\\\\\\",
    b"+",
    b".",
    b"1e",
    b"2147483648",
    b"-2147483649",
    b"99999999999999999999",
    b"\xd9\xa3",
    b"1\0",
    b"\0\0",
    b"A" * 300,
)
TEXTS = (
    b"",
    b"\\" * 65,
    b"\0" * 8,
    b"\x1b$B\x1b(B\x1b-F\xff",
    b"\xff\xfe" * 20,
    b"<b>SMITH<table>",
    b"' OR 1=1--",
    b"../../../../etc/passwd\0",
    b"\xe2\x80\xae" * 9,
    b"=" * 40 + b"^" * 40,
    b"X" * 5000,
    b"\r\n\x07\x08\x7f\x85",
)


@dataclass
class Draft:
    """One seed on its way to become a hostile file."""

    seed: Seed
    others: tuple[Seed, ...]
    rng: random.Random
    meta: bytes = b""
    body: bytearray = field(default_factory=bytearray)
    keeps_pixels: bool = False
    """Whether the stored pixels, if shown at all, still have to be those of the seed."""
    made: bytes | None = None
    """The finished file, by a mutator that damages it as a whole."""

    def __post_init__(self) -> None:
        self.meta, self.body = self.seed.meta, bytearray(self.seed.body)

    @property
    def coding(self) -> Coding:
        return self.seed.coding

    def content(self) -> bytes:
        """Return the damaged file."""
        if self.made is not None:
            return self.made
        if self.seed.transfer_syntax_uid == DEFLATED:
            return self.meta + deflate(bytes(self.body))
        return self.meta + bytes(self.body)

    def any_part(self, *, with_pixels: bool = True, of_depth: int | None = None) -> Part:
        fitting = [
            part
            for part in self.seed.parts
            if (with_pixels or part.group != 0x7FE0) and of_depth in {None, part.depth}
        ]
        return self.rng.choice(fitting)

    def header_end(self) -> int:
        """Where the pixels begin, or the body ends."""
        pixels = self.seed.pixels
        return len(self.body) if pixels is None else pixels.start

    def put_number(self, at: int, width: int, value: int) -> None:
        order = "little" if self.coding.order == "<" else "big"
        self.body[at : at + width] = (value % (1 << 8 * width)).to_bytes(width, order)

    def replace(self, part: Part, value: bytes, vr: bytes | None = None) -> None:
        """Give an element another value, its length right."""
        made = self.coding.element(part.tag, vr or part.vr, value)
        self.body[part.start : part.end] = made

    def put(self, tag: int, vr: bytes, value: bytes) -> None:
        """Set a top-level element, in place or where it belongs."""
        self.put_raw(tag, self.coding.element(tag, vr, value))

    def put_raw(self, tag: int, made: bytes) -> None:
        """Set a top-level element that is already written."""
        found = self.seed.part(tag)
        if found is not None:
            self.body[found.start : found.end] = made
            return
        later = [p.start for p in self.seed.parts if p.depth == 0 and p.tag > tag]
        at = min(later, default=len(self.body))
        self.body[at:at] = made

    def choice(self, *values: int) -> int:
        return self.rng.choice(values)

    def noise(self, most: int) -> bytes:
        return self.rng.randbytes(self.rng.randint(1, most))
