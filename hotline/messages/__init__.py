"""Texts between the hotline and citizens: written by facts, sent by workers."""
