"""The rail's rows: unique, keyed, drawn, and each backed by a screen that exists."""

from readstation.resource_files import resources
from readstation.ui.screens import BANNERS, SCREENS


def test_screens_differ_in_name_key_and_icon():
    for field in ("id", "title", "key", "icon"):
        assert len({getattr(screen, field) for screen in SCREENS}) == len(SCREENS)


def test_each_icon_is_packed():
    for screen in SCREENS:
        assert (resources() / "icons" / f"{screen.icon}.svg").is_file()


def test_each_screen_and_banner_exists_under_the_name_in_its_row():
    for build in (*(screen.build for screen in SCREENS), *(build for _, build in BANNERS)):
        assert build.view_class().__name__ == build.view
