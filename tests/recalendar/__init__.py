"""Tests of what follows when the calendar changes."""
