"""Background work: the procrastinate application and its schedules.

Words: job 任务, schedule 定时.
"""
