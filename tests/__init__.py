"""The tests; their folders follow the rooms of the house."""
