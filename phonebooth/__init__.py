"""A stand-in carrier, so that anybody can try the whole hotline on a laptop.

It speaks the part of the carrier's HTTP API that the hotline uses, calls the hotline's
webhooks with signed requests, and shows a citizen's phone in the browser. It imports none
of the other packages and is imported by none: the two sides meet over HTTP only, as with
a real carrier.
"""
