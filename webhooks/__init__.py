"""The outside calls us: the carrier, and routing of inbound texts."""
