"""How our programs are watched: buckets of time, figures for Prometheus, traces for OpenTelemetry. No Django.

Each program has one registry of figures and shows it on a port of its own; what is counted is the business of whoever
counts. Words: figure 指标, latency 时延, trace 调用链, span 调用段.
"""
