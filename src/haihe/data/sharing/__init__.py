"""Sharing: request, approval by both offices, grant (政务数据共享条例 art. 20–27). The grant is the access rule.

A department asks for what a service of another's resource can answer; its own head approves, the owner answers within
the legal clock, and approval makes the grant that the gateway obeys. Reports of wrong data go to the source's desk.

Words: sharing request 共享申请, grant 授权, service 共享服务, claim 核验内容, client 接入系统, correction 更正申请.
"""
