"""The registers in Excel, both ways: workbooks out by name with a reason, uploads previewed, taken and undone."""
