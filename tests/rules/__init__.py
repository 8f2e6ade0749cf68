"""The hotline's rules as a clerk knows them: dated examples, and histories at random."""
