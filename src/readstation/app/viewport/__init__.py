"""What one viewport shows and how the reader changes it. No Qt."""
