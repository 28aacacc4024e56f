"""Entries by hand: the form of an entry and its items, and of its sample rows; for drafts and for updates alike.

`fields` is the entry, `items` its table, `handing_in` turns both into a `NewResource` and back.
"""
