"""接入 Providers: whoever keeps a site of their own and serves the city's residents there, a hospital or a bus company.

An organisation registers apps. A resident signs in to an app through the city (OpenID Connect), sees which fields it asks for and why,
gives them or not, and can take that back. An app may report how a matter of the resident goes, which then stands beside the resident's
cases; and it is told by signed webhooks what happens here. An app knows a person by a name of its own and sees nothing of another's.
"""
