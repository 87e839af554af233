"""Request → answer: documents read, root fields planned, statements run, errors shown. It knows no SQL."""
