"""Matching: comparisons of whole registers that end in a decision or a visit, not in a spreadsheet.

A match model says as data which granted registers are compared, by which keys, under which conditions, for what
purpose; a run of it leaves a result, which expires with the grants that fed it.

Words: match model 比对模型, match run 比对运行, result 比对结果.
"""
