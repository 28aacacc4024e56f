"""The catalogue as linked data: DCAT-AP 3 in four forms, page by page, and DCAT-US 1.1 as one file.

Words: 数据目录 catalogue, 发布形式 distribution (a way to get a dataset), 数据服务 data service,
目录记录 catalogue record.
"""
