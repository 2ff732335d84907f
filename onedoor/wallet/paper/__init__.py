"""Certificates on paper: PDF with text that can be searched and read aloud, a code beside it, and a signature over the whole file."""
