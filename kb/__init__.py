"""What we know: articles that answer at once."""
