"""The page where operators take in and sort."""
