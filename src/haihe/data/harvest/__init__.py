"""Harvesting: what other portals open is shown beside our own, and ours is told to other portals.

A remote catalogue is read page by page by its rules (CKAN, DCAT, data.json), or ours is written into it (CKAN). Each
run ends, adds up, can be tried without effect, and goes on where it was cut off. What comes from others stays theirs:
plain text, links and a mark; it is none of the city's figures.

Words: remote catalogue 远端目录, harvest run 采集, harvested item 采集条目, external dataset 外部数据集, dry run 试采.
"""
