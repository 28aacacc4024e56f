"""The reading side of the open platform: rows, groups and whole files of published datasets, for programs of anybody.

A lean process of its own beside the gateway, without Django: it reads SQL views and the immutable files of versions.
Words: 数据接口 API, 访问密钥 access key, 每日限额 quota of a day.
"""
