"""Tests of working time, phone numbers and the clock."""
