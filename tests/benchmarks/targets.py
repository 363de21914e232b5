"""What has to be reached on two cores without a GPU, as data.

A target is of our figure alone or of the ratio to the rival measured in turn with it. "Six times
faster" is a ratio of at most a sixth.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A limit of one figure of a row."""

    limit: float
    is_of_ratio: bool = True
    is_least: bool = False

    def is_met_by(self, figure: float) -> bool:
        return figure >= self.limit if self.is_least else figure <= self.limit

    def as_text(self, unit: str) -> str:
        sign = "≥" if self.is_least else "≤"
        return f"{sign} {self.limit:.3g}x" if self.is_of_ratio else f"{sign} {self.limit:g} {unit}"


def ratio_at_most(limit: float) -> Target:
    return Target(limit)


def ours_at_most(limit: float) -> Target:
    return Target(limit, is_of_ratio=False)


def ours_at_least(limit: float) -> Target:
    return Target(limit, is_of_ratio=False, is_least=True)


DECODE_COST = ours_at_most(1)
KERNEL = ratio_at_most(1.3)
KERNEL_CODES = ours_at_most(0)
WINDOW_CT = ratio_at_most(0.6)
WINDOW_MG = ratio_at_most(1 / 6)
WINDOW_MG_CPU = ratio_at_most(1 / 20)
WINDOW_MG_CPU_4_UP = ratio_at_most(1 / 50)
SCROLL_CT = ratio_at_most(0.7)
SCROLL_8_UP_CPU = ours_at_most(12)
NEXT_MG = ours_at_most(10)
FRAMES_WHILE_DECODING_P95 = ours_at_most(16)
LONGEST_GAP = ours_at_most(100)
FIRST_IMAGE_RAW = ratio_at_most(1 / 10)
ALL_RAW = ratio_at_most(1 / 4)
ALL_JPEG_LS = ratio_at_most(1 / 2.5)
ALL_JPEG_2000 = ratio_at_most(1 / 1.5)
ALL_HTJ2K = ratio_at_most(1 / 4)
FIRST_OF_1000 = ours_at_most(5)
ALL_OF_1000_READ = ratio_at_most(1.6)
ALL_OF_1000_PYDICOM = ratio_at_most(1 / 6)
ALL_OF_1000_SIMPLEITK = ratio_at_most(1 / 8)
MEMORY_1000 = ours_at_most(900)
ANONYMOUS_1000 = ours_at_most(250)
INDEX_FILES_PER_S = ours_at_least(10_000)
INDEX_PYDICOM = ratio_at_most(1 / 7)
SWITCH = ours_at_most(100)
START = ratio_at_most(2)
REGISTRATION = ours_at_most(4)
REGISTRATION_ERROR = ours_at_most(0.5)
LINKED_SCROLL = ours_at_most(0.5)
OBLIQUE = ratio_at_most(1)
SLAB = ratio_at_most(0.7)
FUSION = ratio_at_most(6)
FUSION_NUMPY = ratio_at_most(1 / 8)
