"""Who is who across feeds: by ids, then by name with team and position, else a person decides.

Nothing is matched by likeness: names are not keys, and two people may bear the same one.
"""
