"""Following (关注): who wants to hear of what happens to open data, and how they hear of it.

Somebody follows a dataset, topic, department, search or data request; what happens is told at once or as a digest, in
the inbox and by mail, by a signed webhook, or read in a feed at a secret address.
Words: follow 关注, happening 动态, telling 告知, webhook 推送地址, webhook delivery 推送记录, pace 告知频率.
"""
