"""Pixels and geometry: numpy and OpenCV arithmetic on arrays; no files, no Qt, no pydicom."""
