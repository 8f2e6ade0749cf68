"""The people who turn to the hotline; known by phone number or not at all."""
