"""Many rows judged in one step: what is good beyond doubt is told from the bytes of whole columns.

Whatever isn't beyond doubt goes to the parser of single cells, once per distinct value, and rows with anything wrong to
`RowChecker`. So this decides nothing by itself; it only knows sooner (docs/adr/0021-engine-of-the-exchange.md).
"""
