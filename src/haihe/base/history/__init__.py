"""History: what happened to a thing, one line after the other, never changed.

Each component keeps its own table of `HistoryEvent`s; here is their common shape and the trigger that lets them only
grow. Words: history 历史, event 过程记录.
"""
