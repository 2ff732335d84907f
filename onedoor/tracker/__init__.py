"""数据足迹: everybody reads who looked at their data, and asks why.

The looks themselves are chains of hashes in identity, where every room writes them. Here a person reads and filters them, asks a
department for its reason, which it owes in five working days, and takes a disputed answer to the data-protection officer, who sees which
readers stand out. Every hour the ends of all chains that grew are sealed: a Merkle root, signed, published, chained to the seal before it.
What is changed afterwards, dropped or written anew is found, by the house's own check and by anybody who holds their own file.
"""
