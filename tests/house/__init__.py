"""The rules of the house: what keeps the code readable, kept by tests."""
