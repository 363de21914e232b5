"""The report panel beside the images, sign-off, addendum, and the report on paper."""
