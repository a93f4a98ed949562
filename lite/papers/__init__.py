"""Papers: what is printed, or saved as a PDF."""
