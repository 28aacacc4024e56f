"""Pages that go on without a network: one service worker for all that keep some on a phone.

Words: offline 离线, service worker 离线程序. A component says which of its pages are kept, and gives the worker from an
address of its own; what is written down without a network is that component's matter.
"""
