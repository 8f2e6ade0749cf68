"""The unified ticket queue and the ground that everything stands on; imports no other package."""
