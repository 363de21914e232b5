"""What a reader can do. No Qt, no SQL, no network library."""
