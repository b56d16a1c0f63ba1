"""Connections to the outside: one file per kind, all behind the port in ``port.py``.

Kinds are imported by name where one is opened (``connecting.py``): a process that only polls
never loads a database driver.
"""
