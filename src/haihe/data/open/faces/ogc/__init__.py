"""OGC API: rows with places as Features, the catalogue as Records, for QGIS and whoever else asks maps of the web.

Words: 要素集合 collection (of features: a dataset with places; of records: the catalogue), 要素 feature (a row).
"""
