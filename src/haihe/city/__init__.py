"""Who and where: the five-level divisions with geometry, organisations and their units, the demo's residents.

Words: division 区划, organisation 机构, department 部门, unit 内设机构, resident 居民, household 家庭户,
register 名册, cast 演示人物.
"""
