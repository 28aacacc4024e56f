"""The elements of an item as tables of plain cells: what pages edit, sheets carry and differences compare.

`columns` says which tables and columns there are, `flat` turns an item into rows and back, `faults` tells what is wrong
in which cell, `differences` what changed between two versions.
"""
