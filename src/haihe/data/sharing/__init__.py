"""Request, approval, grant: the approved grant is the access rule.

Words: request 共享申请, grant 授权, service 共享服务, client 接入系统.
"""
