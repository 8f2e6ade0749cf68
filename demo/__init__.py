"""Seeds made by the real operations."""
