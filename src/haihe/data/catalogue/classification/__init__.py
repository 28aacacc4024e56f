"""The classification of 编制指南: 类 (1 digit), 项 (2), 目 (3), 细目 (more); and where an entry stands in it.

`tree.txt` holds the base and theme classes and may be edited: add lines, change titles, never give a code another
meaning. The department class is the organisations themselves.
"""
