"""Excel workbooks of 1993 to 2003 (BIFF), which departments' old systems still export."""
