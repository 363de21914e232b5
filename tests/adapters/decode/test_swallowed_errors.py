"""A codec that meets an error and keeps it to itself does not get its image shown."""

import sys

import pytest

from readstation.adapters.decode.swallowed_errors import refuse_swallowed_errors
from readstation.domain.errors import RefusedInputError


class Careless:
    def __del__(self):
        raise RuntimeError("nobody can raise this")


def test_an_error_that_could_not_be_raised_is_a_refusal():
    with (
        pytest.raises(RefusedInputError, match="gave up with RuntimeError") as caught,
        refuse_swallowed_errors(),
    ):
        Careless()
    assert caught.value.code == "CORRUPT_FRAME"


def test_the_hook_is_put_back_whatever_happens():
    before = sys.unraisablehook
    with refuse_swallowed_errors():
        pass
    with pytest.raises(ValueError, match="own"), refuse_swallowed_errors():
        raise ValueError("own")
    assert sys.unraisablehook is before
