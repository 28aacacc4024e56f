"""The opening gate: looks through a table, row by row, before society may have it. Plain functions, no Django.

`looking.check` takes the rows as they would be opened and what is told of them; it returns findings as data. What a
finding means, and what to do about it, is said in wording.py of the room, in Chinese and English.
"""
