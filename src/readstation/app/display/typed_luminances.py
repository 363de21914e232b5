"""What a person has typed of a measurement, read again after every key."""

from __future__ import annotations

from dataclasses import dataclass

from readstation.app.display.luminance_file import luminance_table
from readstation.app.display.record_check import result_of
from readstation.domain.display import LuminanceResult
from readstation.domain.errors import RefusedInputError
from readstation.domain.luminance import LuminanceTable


@dataclass(frozen=True, slots=True)
class TypedLuminances:
    """A table with what it amounts to, or the reason why there is none yet."""

    table: LuminanceTable | None = None
    result: LuminanceResult | None = None
    problem: str = ""

    @property
    def sentence(self) -> str:
        return self.result.sentence if self.result is not None else self.problem


def read_typed(text: str, ambient: str, instrument: str, bit_depth: int) -> TypedLuminances:
    """Read what stands in the fields; empty fields are no mistake yet."""
    if not text.strip():
        return TypedLuminances(problem="Type or import one level and its luminance per line.")
    try:
        table = luminance_table(text, _ambient(ambient))
        result = result_of(table, bit_depth)
    except RefusedInputError as error:
        return TypedLuminances(problem=f"{error.message} {error.remedy}")
    if not instrument.strip():
        return TypedLuminances(table, None, "Name the instrument it was measured with.")
    return TypedLuminances(table, result)


def _ambient(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        raise RefusedInputError(
            "LUMINANCE_TABLE", "The ambient luminance is not a number.", "Enter cd/m², like 0.5."
        ) from None
