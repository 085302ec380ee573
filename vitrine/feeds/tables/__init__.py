"""Tables: which column is which, and the rows of a workbook."""
