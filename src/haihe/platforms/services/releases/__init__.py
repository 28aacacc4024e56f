"""Releases of results: written by one person, approved by another, served by `haihe scoreday` from its moment on."""
