"""The installation's keys, read from its data directory.

Words: keyring 密钥环, subject key 主体键.
"""
