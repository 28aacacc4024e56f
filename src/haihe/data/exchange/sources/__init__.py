"""Sources: departments' data fetched by itself, on a schedule, again after a failure, and never twice.

Words: source 数据源, fetch 取数 (SourceRun), schedule 取数计划. The ways of fetching are in `exchange/connectors`; what
was fetched is a received file, and from there on a run like any other.
"""
