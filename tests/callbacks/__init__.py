"""Tests of callbacks: whom we ask, what follows from the answer."""
