"""A form as data: which questions are asked on which path, what an answer must be, and what is handed in."""
