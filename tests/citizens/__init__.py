"""Tests of the citizens room."""
