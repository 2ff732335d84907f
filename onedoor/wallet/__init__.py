"""证照: documents that a resident holds, shows (亮证) and lets others check (核验).

A department issues a certificate at the end of a case; the wallet signs it as an SD-JWT VC with a key of this house, shows it with a code
that lives for minutes, and answers anybody who checks the code: from memory, also while the database is stopped. A revoked certificate is
on the issuer's status list at once; who looked at what is the holder's to read.
"""
