"""Announced outages and closures."""
