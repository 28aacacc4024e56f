"""Numbering: the numbers by which people speak of a request, a report, a demand: GX-20261123-0001.

Words: number 编号.
"""
