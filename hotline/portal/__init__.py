"""What a citizen sees in a browser: front page, report form, tracking."""
