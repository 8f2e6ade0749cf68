"""Tests of supervision: cards and who is warned, the sweep, duty calls, orders."""
