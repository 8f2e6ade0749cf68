"""The stored calendar of working days and office hours."""
