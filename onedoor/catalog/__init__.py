"""事项 What the city offers: service items with their guides, in categories and under departments, found by browsing or by search.

Every worker keeps all of it in memory, so that the hall, a guide and a search ask the database nothing. What is used is counted in
memory too and written down in batches; out of the counts come the hot list of the city and the frequent list of a person. What people
typed and did not find is counted likewise, without a person, and becomes a name of an item when staff say so.
"""
