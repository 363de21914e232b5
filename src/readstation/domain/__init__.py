"""What is true in radiology. Standard library only."""
