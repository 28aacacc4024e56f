"""Who and where: the five-level divisions with geometry, organisations and their units.

Words: division 区划, organisation 机构.
"""
