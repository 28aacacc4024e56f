"""The catalogue as a workbook: one sheet of resources, one of their items, as departments exchange it by e-mail.

`columns` says what the sheets look like, `writing` makes a workbook, `reading` takes one apart without believing it,
and `taking_in` registers what is good as drafts.
"""
