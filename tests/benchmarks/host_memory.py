"""Memory that the host of a virtual machine took back is fetched before a clock runs.

Such a host takes free memory back after a second or two (virtio: free page reporting). Whoever
asks for it next waits for the host, three times as long as for the memory itself; whoever comes
after that finds it there. So that this depends on nobody's place in the row, as much memory as is
about to be filled is taken, touched and let go of before every turn, whoever's turn it is.
"""

from readstation.adapters.decode.pixel_memory import fresh_memory

PAGE_BYTES = 4096


def fetch_memory(size_bytes: int) -> None:
    """Take this much memory from the host; nothing of it is kept."""
    pages = max(size_bytes // PAGE_BYTES, 1)
    fresh_memory((pages, PAGE_BYTES), "u1")[:, 0] = 0
