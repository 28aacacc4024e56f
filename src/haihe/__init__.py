"""Haihe (海河): one cloud, one network, one data layer, N platforms (一云、一网、一数、N平台)."""
