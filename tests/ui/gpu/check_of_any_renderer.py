"""The check of the product, run by tests on a renderer that the product refuses."""

import sys

from readstation.ui.gpu.gpu_check import main
from readstation.ui.gpu.shader import FRAGMENT

WRONG = {
    "table": ("texelFetch(table, ivec2(pixel & 255u", "texelFetch(table, ivec2(pixel & 254u"),
    "marks": ("(mark & 4u) != 0u", "(mark & 4u) == 9u"),
    "place": ("ivec2 here = at - place.xy", "ivec2 here = at - place.xy + 1"),
    "depth": ("(levels << 2u) | (levels >> 6u)", "levels * 4u"),
    "rounding": ("float((1 << surface_bits) - 1)", "float(1 << surface_bits)"),
}


if __name__ == "__main__":
    fault = "".join(sys.argv[1:2])
    shader = FRAGMENT.replace(*WRONG[fault]) if fault in WRONG else FRAGMENT
    sys.exit(main(lambda _: True, shader))
