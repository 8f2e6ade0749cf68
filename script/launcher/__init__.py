"""What `script/server` and `script/test` do once a Python is found.

bootstrap sets up `.venv`; postgres and redis_server know how to run the embedded servers;
processes starts, watches and stops; leftovers finds what a killed start left behind.
"""
