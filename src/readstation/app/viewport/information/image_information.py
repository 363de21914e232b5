"""Everything the station knows of the image in a viewport, as sections of rows to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from readstation.app.viewport.frame_marks import shown_overlays, stated_shutter
from readstation.app.viewport.frame_rendering import file_vois_of
from readstation.app.viewport.image_description import ImageDescription
from readstation.app.viewport.information.information_lines import (
    calibration_text,
    decoder_text,
    lossy_history,
    modality_text,
    orientation_words,
    padding_text,
    photometric_text,
    region_text,
    self_test_text,
    voi_text,
)
from readstation.app.viewport.information.information_marks import (
    overlay_words,
    presentation_words,
    shutter_words,
)
from readstation.app.viewport.overlay_text import is_lossy, visible_text, window_line
from readstation.app.viewport.presentation_state.applied_presentation import status_of
from readstation.app.viewport.value_scale import suv_lines
from readstation.app.viewport.viewport_model import ViewportModel
from readstation.app.viewport.viewport_state import FileVoi
from readstation.domain.display import DisplayStanding, DisplayStatus
from readstation.imaging.voi import VoiLut

NO_NOTE = "Nothing was repaired or doubted in this file."
NOT_THERE_YET = "The pixels of this image are not there yet."


@dataclass(frozen=True, slots=True)
class InformationRow:
    """One fact; `is_caution` where it may change what the reader concludes."""

    label: str
    value: str
    is_caution: bool = False


@dataclass(frozen=True, slots=True)
class InformationSection:
    """Facts of one kind."""

    title: str
    rows: tuple[InformationRow, ...]


def image_information(
    model: ViewportModel, display: DisplayStanding | None = None, painted_by: str = ""
) -> tuple[InformationSection, ...]:
    """Put together what is known of the image that the model shows, cautions first.

    `display` is what is known of the screen it is shown on; `painted_by` says by what processor.
    """
    d = model.description
    if d is None:
        return ()
    sections = (
        ("Notes", _notes(model, d)),
        ("Image", _image(model, d)),
        ("Decoding", _decoding(d)),
        ("Pixels", _pixels(d)),
        ("Values", _values(d)),
        ("Uptake values", _uptake_values(model, d)),
        ("Grey levels", _grey_levels(model, d)),
        ("Over the image", _marks(model, d)),
        ("Geometry", _geometry(model, d)),
        ("Display", _display(model, display, painted_by)),
    )
    found = (_section(title, rows) for title, rows in sections)
    return tuple(section for section in found if section.rows)


def information_text(sections: tuple[InformationSection, ...]) -> str:
    """Return the sections as plain text for the clipboard: label, tab, value.

    Examples
    --------
    >>> section = InformationSection("Pixels", (InformationRow("Frames", "1"),))
    >>> information_text((section,)).replace(chr(9), " ").splitlines()
    ['PIXELS', 'Frames 1']
    """
    blocks = (
        "\n".join((s.title.upper(), *(f"{row.label}\t{row.value}" for row in s.rows)))
        for s in sections
    )
    return "\n\n".join(blocks) + "\n"


def _section(title: str, rows: Iterator[InformationRow]) -> InformationSection:
    shown = tuple(
        InformationRow(row.label, visible_text(row.value.strip()), row.is_caution)
        for row in rows
        if row.value.strip()
    )
    return InformationSection(title, shown)


def _notes(model: ViewportModel, d: ImageDescription) -> Iterator[InformationRow]:
    if model.refusal:
        yield InformationRow("Not shown", model.refusal, is_caution=True)
    if d.is_simulated:
        yield InformationRow("Simulated", "Made by a program, not an examination.", is_caution=True)
    for number, note in enumerate(d.notes, start=1):
        yield InformationRow(f"Note {number}", note, is_caution=True)
    if not (d.notes or model.refusal or d.is_simulated):
        yield InformationRow("None", NO_NOTE)


def _image(model: ViewportModel, d: ImageDescription) -> Iterator[InformationRow]:
    number = f"number {d.series_number}" if d.series_number is not None else ""
    instance = f", instance {d.instance_number}" if d.instance_number is not None else ""
    place = f"{model.state.frame_index + 1} of {len(model.display_set)}{instance}"
    yield InformationRow("Study", d.study_description)
    yield InformationRow("Series", _joined(d.series_description, number, d.modality))
    yield InformationRow("Image", place)
    yield InformationRow("Frame", f"{d.frame_number} of {d.number_of_frames}")
    yield InformationRow("SOP class", d.sop_class_name or d.sop_class_uid)
    yield InformationRow("SOP instance", d.sop_instance_uid)


def _decoding(d: ImageDescription) -> Iterator[InformationRow]:
    failure = d.decoder.failure
    name = d.transfer_syntax_name
    yield InformationRow("Transfer syntax", _joined(name, d.transfer_syntax_uid))
    yield InformationRow("Decoder", decoder_text(d.decoder))
    yield InformationRow("Self-test", self_test_text(d.decoder), is_caution=bool(failure))
    yield InformationRow("Lossy compression", lossy_history(d), is_caution=is_lossy(d))


def _pixels(d: ImageDescription) -> Iterator[InformationRow]:
    high_bit = f", high bit {d.high_bit}" if d.high_bit is not None else ""
    sign = "signed" if d.is_signed else "unsigned"
    bits = f"{d.bits_allocated} allocated, {d.bits_stored} stored{high_bit}, {sign}"
    yield InformationRow("Rows x columns", f"{d.rows} x {d.columns}")
    yield InformationRow("Photometric", photometric_text(d))
    yield InformationRow("Bits", bits)
    yield InformationRow("Padding", padding_text(d.pixel_padding))


def _values(d: ImageDescription) -> Iterator[InformationRow]:
    if d.is_colour:
        return
    yield InformationRow("Modality values", modality_text(d.modality_transform))
    yield InformationRow("Units", d.units)


def _uptake_values(model: ViewportModel, d: ImageDescription) -> Iterator[InformationRow]:
    if d.suv_inputs is None:
        return
    shown = model.state.value_scale.value or "the unit of the file"
    yield InformationRow("Shown in", shown)
    for line in suv_lines(d):
        label, _, value = line.partition(": ")
        if not value:
            label, value = "Result" if line.endswith("modality value") else "Formula", line
        yield InformationRow(label, value, is_caution=label.startswith("No "))


def _grey_levels(model: ViewportModel, d: ImageDescription) -> Iterator[InformationRow]:
    if d.is_colour:
        yield InformationRow("Window", "Colour images are shown as they are.")
        return
    yield InformationRow("Window in use", window_line(model) or NOT_THERE_YET)
    vois, choice = file_vois_of(d, model.state), model.state.voi_choice
    used = min(choice.index, len(vois) - 1) if isinstance(choice, FileVoi) else -1
    for index, voi in enumerate(vois):
        kind = "VOI LUT" if isinstance(voi, VoiLut) else "Window"
        mark = " (in use)" if index == used else ""
        yield InformationRow(f"{kind} {index + 1}", f"{voi_text(voi)}{mark}")
    if not vois:
        yield InformationRow("In the file", "no window, no VOI LUT")
    shape = d.presentation_lut_shape
    yield InformationRow("LUT shape", shape.value if shape else "none stated")
    if model.state.is_inverted:
        yield InformationRow("Inverted", "against what the file says")


def _marks(model: ViewportModel, d: ImageDescription) -> Iterator[InformationRow]:
    state, frame = model.state, model.frame
    status = status_of(state, d)
    if state.presentation is not None and status is not None:
        yield InformationRow("Presentation", presentation_words(state.presentation, status))
        for number, note in enumerate(state.presentation.state.notes, start=1):
            yield InformationRow(f"Left out {number}", note, is_caution=True)
    shutter, is_on = stated_shutter(d, state), state.is_shutter_applied
    if shutter is not None:
        words = shutter_words(shutter, is_applied=is_on)
        yield InformationRow("Shutter", words, is_caution=not is_on)
    if frame is None:
        return
    activated = {plane.group for plane in shown_overlays(frame, d, state).overlays}
    for plane in frame.overlays:
        is_shown = plane.group in activated and state.are_overlay_planes_visible
        words = overlay_words(plane, is_shown=is_shown)
        yield InformationRow(f"Overlay {plane.group:04X}", words, is_caution=not is_shown)


def _geometry(model: ViewportModel, d: ImageDescription) -> Iterator[InformationRow]:
    turned = model.state.orientation
    yield InformationRow("Calibration", calibration_text(d.calibration))
    for number, region in enumerate(d.ultrasound_regions, start=1):
        yield InformationRow(f"Region {number}", region_text(region))
    if d.plane is not None:
        yield InformationRow("Plane", orientation_words(d.plane))
        x, y, z = d.plane.position_mm
        yield InformationRow("First pixel", f"({x:.6g}, {y:.6g}, {z:.6g}) mm, LPS")
        yield InformationRow("Reference", d.plane.frame_of_reference_uid)
    yield InformationRow("Rows, columns to", _joined(*d.patient_orientation))
    yield InformationRow("Patient position", d.patient_position)
    thickness = f"{d.slice_thickness_mm:.4g} mm" if d.slice_thickness_mm else ""
    yield InformationRow("Slice thickness", thickness)
    rotation = f"rotated by {turned.rotation_deg}°" if turned.rotation_deg else ""
    mirrored = "flipped" if turned.is_mirrored else ""
    yield InformationRow("View", _joined(rotation, mirrored), is_caution=turned.is_mirrored)


def _display(
    model: ViewportModel, display: DisplayStanding | None, painted_by: str
) -> Iterator[InformationRow]:
    transform = model.transform
    zoom = f"{transform.zoom:.3g} screen pixels per image column" if transform else ""
    if display is not None:
        is_verified = display.status is DisplayStatus.VERIFIED
        yield InformationRow("Display", display.badge, is_caution=not is_verified)
        yield InformationRow("On record", display.record)
    yield InformationRow("Zoom", zoom)
    yield InformationRow("Painted by", painted_by)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
