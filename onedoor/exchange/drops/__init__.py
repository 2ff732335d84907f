"""文件批次: a department's nightly files, from bytes to the rows that may be believed.

Seen, staged, checked, then live or refused. Each step is a function of its input alone, so that the same files in any order, or twice,
leave the same copy standing: of the files that pass, the one of the newest day.
"""
