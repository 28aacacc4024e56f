"""Government publishes, associations connect, society uses: who wishes for data, who answers, who made what of them.

Anybody signed in asks for data; a clock runs until the department answers. What is accepted stands in the year's plan
until it is published. Associations bundle their members' needs and vouch for reuses; discussions stand beside all.

Words: data request 社会数据需求, opening plan 开放计划, association 行业协会, bundle 需求汇集, reuse 应用成果,
vouching 背书, discussion 讨论.
"""
