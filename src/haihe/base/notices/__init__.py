"""Notices: what somebody at a desk, or one person, is to know, with a way to it; each desk hears of a thing once.

The words are the announcing component's and are said in the reader's language. Words: notice 提醒, desk 岗位,
reading 已读, carrier 通知渠道.
"""
