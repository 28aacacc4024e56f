"""Discovery by need: which papers a service item asks for, and which resource proves each of them.

Items live in storeys above, which declare their papers here; people enter those of other items, map each paper to what
proves it, and ask an owner for what isn't there yet. Whether the asker holds a grant is known above, in `data.sharing`.

Words: needs 事项材料清单, paper 材料, demand 数据需求.
"""
