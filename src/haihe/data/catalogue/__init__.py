"""The catalogue: what data there is, whose it is, and how it may be shared (政务数据共享条例 art. 12–17).

Each department registers its resources with their items; its head approves, the data centre reviews and publishes.
An entry follows the elements of 编制指南(试行) 2017: code, title, abstract, provider, format, items, sharing, cycle.

Words: catalogue 目录, resource 信息资源, data item 信息项, sharing type 共享类型.
"""
