"""Watch over the running city: figures that are kept, and alerts when one of them is out of bounds.

The gateway writes figures minute by minute; they are summed up by hours and days. A rule compares a measured value with
its threshold each minute and opens an alert, once, that closes by itself. Words: watch 监测, figures 运行指标,
alert 告警, rule 告警规则, probe 探测项.
"""
