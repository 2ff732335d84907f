"""身份 Identity: who you are, how surely the city knows it, on which devices you are signed in, and who looked at your data.

A person signs in with a phone and a one-time code, and may then prove the real name against the population register,
which raises the assurance level. A session is a random token kept by the device; the database keeps only its hash. Each
look of a member of staff at a person's data is a record that the person reads in plain words.
"""
