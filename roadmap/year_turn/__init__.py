"""The turn of the school year: classes, graduates, programmes, and the confirmations of the bases."""
