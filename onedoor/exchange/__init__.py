"""数据共享: what one department holds, another may ask for a named purpose, so that nobody is asked twice.

Registers of any age speak through connectors, their answers are mapped to one dictionary of elements, and every value carries where it
comes from, of which day, and how it was had. What is asked is written down for the person before the first byte leaves.
"""
