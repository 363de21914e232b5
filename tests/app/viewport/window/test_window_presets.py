"""Presets come from the shipped file and refuse a broken one with a sentence."""

import pytest

from readstation.app.viewport.window.window_presets import parse_window_presets
from readstation.domain.errors import SettingError
from readstation.resource_files import resources


def test_the_shipped_presets_have_one_key_each_and_a_lung_window():
    text = (resources() / "window_presets.toml").read_text(encoding="utf-8")
    shipped = parse_window_presets(text)
    for presets in shipped.by_modality.values():
        keys = [(p.key, p.body_part_examined) for p in presets]
        assert len(set(keys)) == len(keys)
    lung = next(p for p in shipped.of("CT") if p.name == "Lung")
    assert (lung.window.width, lung.window.center) == (1500, -600)
    assert shipped.of("MR") == ()


@pytest.mark.parametrize(
    "text",
    [
        "[[CT]\n",
        "[[CT]]\nkey = 1\n",
        '[[CT]]\nkey = 12\nname = "x"\nwidth = 3\nlevel = 3\n',
        '[[CT]]\nkey = 1\nname = ""\nwidth = 3\nlevel = 3\n',
        '[[CT]]\nkey = 1\nname = "x"\nwidth = 0\nlevel = 3\n',
        '[[CT]]\nkey = 1\nname = "x"\nwidth = "wide"\nlevel = 3\n',
        "CT = [1, 2]",
        "CT = 3",
    ],
)
def test_a_broken_file_is_refused_with_a_remedy(text):
    with pytest.raises(SettingError, match="cannot be read") as refusal:
        parse_window_presets(text)
    assert "window_presets.toml" in refusal.value.remedy
