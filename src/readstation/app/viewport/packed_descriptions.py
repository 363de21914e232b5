"""The descriptions of one file's frames as text: what the workers send and the database keeps."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PackedDescriptions:
    """Patient data: it is kept and read back, and never shown, logged or compared as text.

    `shared` is the same for every image of most series, so it is read only once; `own` is what
    only this file says. Both are opaque outside the decoder that packs and unpacks them.
    """

    code: str
    """Fingerprint of the code that described; what other code described is described anew."""
    shared: str = field(repr=False)
    own: str = field(repr=False)
