"""The hotline's own desk: what happens to a ticket beside its way through the units."""
