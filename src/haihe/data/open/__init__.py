"""The open platform: what society may have of the city's data, on pages, in files and through interfaces.

A catalogue entry that may be opened becomes a dataset; each published snapshot of it a version that never changes.
Nothing is published that the opening gate didn't look through row by row; what was masked, and why, is told.

Words: dataset 数据集, version 数据集版本, opening gate 开放门, finding 检查发现, mask 脱敏, topic 主题.
"""
