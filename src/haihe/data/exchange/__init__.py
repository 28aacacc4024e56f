"""Departments' data in: feeds checked row by row, kept as immutable snapshots.

Words: feed 数据报送, snapshot 快照, reject 退回行, index 索引.
"""
