"""天津政务: items handled for citizens by clerks and phones, with cases that ask data instead of papers.

Words: item 事项, case 办件, paper 材料.
"""
