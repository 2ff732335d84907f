"""机构 Organisations: the city's districts down to the grid, its departments, and the staff who act for them.

All of it is reference data: small, changed seldom, read on every request. Each worker keeps the whole of it in memory
and drops it when somebody says that it changed. A member of staff is a person with a post; what the post may do is a set
of grants, each tied to a district and everything below it.
"""
