"""What utilities announce: outages and closures, where, from when until when."""
