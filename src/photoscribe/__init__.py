"""A photo library that finds who and what is in a person's photos, and writes it into the files."""

__version__ = "0.1.0"
