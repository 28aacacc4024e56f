"""Information resources, their items and codes.

Words: catalogue 目录, resource 信息资源, item 信息项.
"""
