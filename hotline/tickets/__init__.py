"""One matter of one citizen, from intake to closing."""
