"""What a reader asks of the hanging protocol: another stage, another protocol, the same again."""

from __future__ import annotations

from readstation.app.reading.reading_model import ReadingModel


def step_stage(model: ReadingModel, steps: int) -> None:
    """Go to the next or previous stage; at either end back to it, if the reader has left it."""
    state = model.state
    is_changed = model.hanging.plan.sets != state.shown[: state.layout.box_count]
    if model.hanging.step(steps) or (is_changed and model.hanging.stage is not None):
        model.show_stage()


def use_protocol(model: ReadingModel, protocol_id: str) -> None:
    """Hang by another protocol, at its first stage; empty: by the one that fits best."""
    opened = model.state.opened
    if opened is not None:
        model.hanging.use(opened, model.state.sets, protocol_id)
        model.show_stage()
