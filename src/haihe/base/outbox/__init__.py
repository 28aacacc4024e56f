"""What one room announces and others hear, after commit and at least once.

Words: event 事件, topic 主题.
"""
