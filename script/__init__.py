"""Commands for developers and for the try-out; nothing of the application imports this."""
