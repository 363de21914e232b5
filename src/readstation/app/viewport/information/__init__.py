"""Everything that is known of the image in a viewport, in the reader's words."""
