"""How open data is used, as figures that anybody can check: visits, calls and downloads by day, dataset and department.

What each counter told adds up to the table of uses; each night the day's figures become a file that is signed, chained
to the one before and never changed. What changes later stands in a later file.
Words: usage statistics 使用统计, daily figures 每日数字, counter 计数器, late figure 补记.
"""
