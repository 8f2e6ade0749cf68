"""Live updates: what is told, to whom, and what a page does with it."""
