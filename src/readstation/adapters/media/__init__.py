"""Folders, DICOMDIR media and ZIP archives as streams of candidate files."""
