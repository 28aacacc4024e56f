"""Versions: what a register held at a moment, what changed between two snapshots, how long old ones are kept.

Words: version 历史版本, difference 版本差异, retention 保留期限, removed snapshot 已清理的快照.
"""
