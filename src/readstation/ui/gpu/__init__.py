"""Images painted by a graphics processor: an option, and never another picture than the CPU's."""
