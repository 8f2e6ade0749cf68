"""Asking the citizen afterwards: plans, attempts, answers, redo."""
