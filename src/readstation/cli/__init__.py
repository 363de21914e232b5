"""The same use cases without a window, for operators, scripts and tests."""
