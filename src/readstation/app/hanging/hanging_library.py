"""The protocols of a workspace: those that come with the program, and its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Protocol

from readstation.domain.errors import StoreError
from readstation.domain.late_dataclass import dataclass

if TYPE_CHECKING:
    from readstation.domain.hanging import HangingProtocol


@dataclass(frozen=True, slots=True)
class HangingLibrary:
    """Every protocol in force, one for each identifier, and why others are not."""

    protocols: tuple[HangingProtocol, ...] = ()
    problems: tuple[str, ...] = ()

    def has(self, protocol_id: str) -> bool:
        return any(p.protocol_id == protocol_id for p in self.protocols)


class HangingStore(Protocol):
    """Where protocols are kept."""

    def load(self) -> HangingLibrary:
        """Return what is kept now; a file that cannot be read is a problem, not a failure."""
        ...

    def save(self, protocol: HangingProtocol) -> None:
        """Keep an own protocol, whole or not at all. Raises StoreError."""
        ...

    def delete(self, protocol_id: str) -> None:
        """Remove an own protocol; one that comes with the program is in force again then."""
        ...


class NoHangingStore:
    """Where no workspace is open, studies hang in the plainest way."""

    def load(self) -> HangingLibrary:
        return HangingLibrary()

    def save(self, protocol: HangingProtocol) -> None:
        raise StoreError(
            f"“{protocol.title}” is not saved: this station keeps no protocols.",
            "Open a workspace first.",
        )

    def delete(self, protocol_id: str) -> None:
        raise StoreError(f"There is no protocol {protocol_id} here.", "Open a workspace first.")


OpenHangingStore = Callable[[], HangingStore]


def join(
    shipped: Iterable[HangingProtocol], own: Iterable[HangingProtocol]
) -> tuple[HangingProtocol, ...]:
    """Return all protocols; an own one takes the place of a shipped one of the same identifier."""
    by_id = {protocol.protocol_id: protocol for protocol in (*shipped, *own)}
    return tuple(by_id[key] for key in sorted(by_id))
