"""Quality: which rules a resource's data keeps, what a file's columns mean, and how good each delivery was.

Rules, mappings and what was decided are data: versions that a steward of the owner confirms, and that never change
afterwards. What nobody agreed on (a new column, another meaning) holds the run until a person decides.

Words: 规则版本 rule version, 列映射 mapping, 结构变化 drift, 质量报告 quality report, 退回返还 reject return.
"""
