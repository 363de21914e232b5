"""One study open on the screen: what is shown where, and what it takes to show it."""
