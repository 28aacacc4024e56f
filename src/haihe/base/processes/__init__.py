"""Cases on their way through processes: stored, locked, moved by one command at a time, swept for what is due.

What a case is about belongs to the component that began it; here is only where it stands.

Words owned here: process version (流程版本), process case (流程实例), open step (待办环节), process event (流程过程),
program (自动环节).
"""
