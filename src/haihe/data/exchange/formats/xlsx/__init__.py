"""Excel workbooks since 2007 (Office Open XML), read as their XML stands there."""
