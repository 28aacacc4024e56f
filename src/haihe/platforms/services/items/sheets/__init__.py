"""Items as the official sheet: a workbook with a sheet for each table of an implementation list (实施清单), out and in.

`writing` makes a workbook, `reading` takes one apart without believing it, `taking_in` makes drafts of what is sound,
`importing` does so in the worker where it takes long.
"""
