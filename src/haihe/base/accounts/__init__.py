"""People and what they may do.

Words: user 用户, membership 任职, role 角色, actor 操作人.
"""
