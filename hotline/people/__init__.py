"""The directory: units, staff, memberships, tokens."""
