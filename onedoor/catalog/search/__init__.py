"""搜索 Finding things by what people call them.

A query is folded (`fold`), cut into terms (`terms`, `sounds`), and its phrases are looked up in the city's thesaurus (`thesaurus`,
`query`); the terms are found in flat arrays (`segment`, `field`), weighed (`rank`), and the best told with how sure they are (`engine`).
Pure functions over an immutable index: nothing asks the database.
"""

from .engine import Index, index_of, indexed
from .fold import LONGEST, bare, folded, normal, normals, query_text
from .thesaurus import Thesaurus, lines_of, seal_of
from .within import Within

__all__ = [
    "LONGEST", "Index", "Thesaurus", "Within", "bare", "folded", "index_of", "indexed", "lines_of", "normal", "normals", "query_text",
    "seal_of",
]  # fmt: skip
