"""Paging (翻页): the next rows of a long list, found by the last row shown and not by counting those before it.

The hundredth page costs what the first one does, and what comes in meanwhile shifts no row to another page.
Words: part 一页, place 位置 (where the next part begins).
"""
