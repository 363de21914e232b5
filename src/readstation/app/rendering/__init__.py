"""Rendering files outside the window, through the viewport's own pipeline."""
