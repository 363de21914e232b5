"""Colours, fonts and icons of every screen, from resources/themes, fonts and icons.

`apply(app)` builds one palette and one style sheet. A widget asks for a look by property, so no
screen has a style sheet of its own: `widget.setProperty("role", "dim")`. After changing a property
of a widget that is already shown, call `restyle(widget)`; `set_role` does both.

Roles of labels (`PlainLabel(text, role=...)`)
    title, heading, section (small, upper case), dim, value, digits, error, warning, good, accent,
    prior, key (a key-cap). `urgency` = critical, significant, routine, incidental colours a label.
Roles of surfaces (QWidget needs `setAttribute(WA_StyledBackground)`; `surface()` does both)
    screen, panel, side (line on the right), detail (line on the left), toolbar, raised, image,
    rail, status, separator, scroll-content; QFrame only: card, banner, notice, popup.
    A card or banner takes `urgency` = critical, significant, routine, incidental, good, current,
    prior for its coloured left edge or fill; a card also `selected` = "true".
Roles of buttons
    QPushButton: (none) secondary, primary, danger, flat, link, chip (checkable; takes `urgency`).
    QToolButton: (none) icon button, secondary, rail-button.
Inputs take `invalid` = "true". Digits have one width everywhere (OpenType `tnum`).

Kinds of badges (widgets/badge.py) are named by meaning, and each has its shape: see `BADGE_KINDS`.
For painting by hand: `colour("critical")`, `colour("critical_text")`, `colour("critical_fill")`.
Icons: `icon("phone", "critical")` tints a Lucide symbol from resources/icons.
"""

from __future__ import annotations

import logging
import tomllib
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from readstation.domain.late_dataclass import dataclass
from readstation.resource_files import resources

log = logging.getLogger(__name__)

THEME_FILE = "dark.toml"
STYLE_FILE = "readstation.qss"
FAMILY = "Inter"
FALLBACK_FAMILIES = (
    "Noto Sans",
    "Noto Sans CJK JP",
    "Source Han Sans",
    "Yu Gothic UI",
    "Microsoft YaHei UI",
    "Malgun Gothic",
    "Hiragino Sans",
    "PingFang SC",
    "Apple SD Gothic Neo",
    "WenQuanYi Zen Hei",
    "DejaVu Sans",
    "Segoe UI",
    "sans-serif",
)
STYLE_ICONS = {"chevron-down": "dim", "chevron-up": "dim", "check": "primary_text"}
"""Drawn by the style sheet, which names pictures beside it; `style_icon` is what they show."""
STYLE_ICON_PX = 32
ICON_SIZES_PX = (16, 20)
"""Of buttons and lines of text; each costs a rendering at the start. Larger: `symbol`."""
STYLE = "Fusion"
STYLE_ARGUMENTS = ("-style", STYLE)
"""Chosen by an argument of QApplication, the style is no object of Python, whose class is large."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """The theme file as read: named colours, and text sizes in pixels."""

    colours: dict[str, str]
    sizes: dict[str, int]


@cache
def tokens() -> Tokens:
    """Return the tokens of the theme."""
    read = tomllib.loads((resources() / "themes" / THEME_FILE).read_text(encoding="utf-8"))
    return Tokens(read["colours"], read["sizes"])


def colour(name: str) -> QColor:
    """Return a token as a colour."""
    return QColor(tokens().colours[name])


def apply(app: QApplication, *, has_style: bool = False) -> None:
    """Give the whole program its fonts, palette and style sheet.

    `has_style` says that it was made with STYLE_ARGUMENTS.
    """
    if not has_style:
        app.setStyle(STYLE)
    _register_fonts()
    app.setFont(font())
    app.setPalette(_palette())
    app.setStyleSheet(_style_sheet())


def font(size: str = "text", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the interface font, with digits of one width, for painting by hand."""
    return QFont(_font(size, weight))  # a copy knows the shapes that the first one has looked up


@cache
def _font(size: str, weight: QFont.Weight) -> QFont:
    chosen = QFont([FAMILY, *FALLBACK_FAMILIES])
    chosen.setPixelSize(tokens().sizes[size])
    chosen.setWeight(weight)
    chosen.setFeature(QFont.Tag("tnum"), 1)
    return chosen


def icon(name: str, color: str = "text") -> QIcon:
    """Return a symbol of resources/icons in a colour of the theme; empty if there is none."""
    if not name:
        return QIcon()
    return _icon(name, color, _scale())


def large_icon(name: str, color: str) -> QIcon:
    """Return a symbol for a button that is never disabled and shows it in the larger size."""
    return _large_icon(name, color, _scale())


def symbol(name: str, color: str, size_px: int) -> QPixmap:
    """Return a symbol as a picture of a size that icons do not have."""
    scale = _scale() or 1.0
    picture = _tinted(name, color, round(size_px * scale))
    picture.setDevicePixelRatio(scale)
    return picture


def set_role(widget: QWidget, role: str) -> None:
    """Give a widget its look; the style is looked up again only where it was another one."""
    if widget.property("role") == role:
        return
    widget.setProperty("role", role)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        restyle(widget)


def restyle(widget: QWidget) -> None:
    """Look up the style again after a dynamic property has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def surface(role: str, parent: QWidget | None = None) -> QFrame:
    """Return a frame with a styled background."""
    frame = QFrame(parent)
    frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    frame.setProperty("role", role)
    return frame


def _scale() -> float:
    """Return the most pixels per point of any screen; 0 without an application."""
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 0.0


@cache
def _icon(name: str, color: str, scale: float) -> QIcon:
    made = QIcon()
    sharp = (round(px * scale) for px in ICON_SIZES_PX if scale > 1)
    for size in sorted({*ICON_SIZES_PX, *sharp}):
        made.addPixmap(_tinted(name, color, size))
    made.addPixmap(_tinted(name, "disabled", ICON_SIZES_PX[0]), QIcon.Mode.Disabled)
    return made


@cache
def _large_icon(name: str, color: str, scale: float) -> QIcon:
    made = QIcon()
    for size in {ICON_SIZES_PX[-1], round(ICON_SIZES_PX[-1] * max(scale, 1.0))}:
        made.addPixmap(_tinted(name, color, size))
    return made


def _tinted(name: str, color: str, size: int) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    source = resources() / "icons" / f"{name}.svg"
    if not source.is_file():
        log.warning("no icon %s", name)
        return pixmap
    svg = source.read_text(encoding="utf-8").replace("currentColor", tokens().colours[color])
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(svg.encode("utf-8"))).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


@cache
def _register_fonts() -> None:
    folder = resources() / "fonts"
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if file.name.endswith((".ttf", ".otf")):
            QFontDatabase.addApplicationFontFromData(QByteArray(file.read_bytes()))


def _palette() -> QPalette:
    role = QPalette.ColorRole
    pairs = {
        role.Window: "background",
        role.WindowText: "text",
        role.Base: "background",
        role.AlternateBase: "panel",
        role.Text: "text",
        role.Button: "raised",
        role.ButtonText: "text",
        role.BrightText: "strong",
        role.Highlight: "primary",
        role.HighlightedText: "primary_text",
        role.ToolTipBase: "raised",
        role.ToolTipText: "text",
        role.PlaceholderText: "dim",
        role.Link: "current_text",
        role.Mid: "line",
        role.Dark: "pressed",
        role.Light: "hover",
        role.Midlight: "line_strong",
        role.Shadow: "image",
    }
    palette = QPalette()
    for which, token in pairs.items():
        palette.setColor(which, colour(token))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, colour("disabled"))
    return palette


def _style_sheet() -> str:
    text = (resources() / "themes" / STYLE_FILE).read_text(encoding="utf-8")
    names = dict(tokens().colours)
    names |= {f"size_{name}": str(px) for name, px in tokens().sizes.items()}
    for name in STYLE_ICONS:
        names[f"icon_{name.replace('-', '_')}"] = style_icon_file(name).as_posix()
    return Template(text).substitute(names)


def style_icon_file(name: str) -> Path:
    """Return the picture of a symbol that the style sheet shows: it can only name files."""
    return Path(str(resources() / "themes" / f"{name}.png"))


def style_icon(name: str) -> QPixmap:
    """Return what the picture of a symbol has to show."""
    return _tinted(name, STYLE_ICONS[name], STYLE_ICON_PX)
