"""The station of the identity tests serves here too."""

from tests.app.identity.conftest import clock, station

__all__ = ["clock", "station"]
