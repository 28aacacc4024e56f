"""What may leave a comparison: rows only in groups of at least five, figures for the public with noise and a budget.

Words: public figures 公开统计, privacy budget 隐私预算.
"""
