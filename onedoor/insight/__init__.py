"""统计 Insight: quality in the open. How a service and a department do is public, and nobody can be found in it.

The room listens to what happens in the rooms below and adds it up by day, item and department in one table of its own. What
people think or leave undone is shown from five people on, never for fewer. The same figures can be counted anew from the stored
facts at any time, and come out equal.
"""
