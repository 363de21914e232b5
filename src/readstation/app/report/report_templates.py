"""Reads the templates under resources/report_templates."""

from __future__ import annotations

import tomllib
from importlib.resources.abc import Traversable
from typing import Any

from readstation.domain.errors import SettingError
from readstation.domain.report import Section
from readstation.domain.report_template import ReportTemplate

FOLDER = "report_templates"
_SECTIONS = {section.name.lower(): section for section in Section}


def load_report_templates(resources: Traversable) -> tuple[ReportTemplate, ...]:
    """Return all templates, by title.

    Raises
    ------
    SettingError
        Names the file that cannot be used.
    """
    files = [f for f in resources.joinpath(FOLDER).iterdir() if f.name.endswith(".toml")]
    templates = [_read(f) for f in files]
    return tuple(sorted(templates, key=lambda t: t.title))


def _read(file: Traversable) -> ReportTemplate:
    try:
        entry = tomllib.loads(file.read_text(encoding="utf-8"))
        return ReportTemplate(
            template_id=str(entry["id"]),
            title=str(entry["title"]),
            version=int(entry["version"]),
            modalities=frozenset(entry.get("modalities", ())),
            body_parts=frozenset(entry.get("body_parts", ())),
            skeleton=_texts(entry.get("skeleton", {})),
            normal=_texts(entry.get("normal", {})),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise SettingError(
            f"The report template {file.name} cannot be used.",
            "Compare it with the other files in that folder.",
        ) from error


def _texts(entry: dict[str, Any]) -> dict[Section, str]:
    return {_SECTIONS[name]: str(text).strip("\n") for name, text in entry.items()}
