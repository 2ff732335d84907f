"""通知 Notify: one message, many channels, and the city's warnings.

A message is written into the inbox of a person in the same transaction as the thing it tells about; an open page hears of
it at once. A text message may follow, and says only that something moved. Warnings of the city are notices with a level,
an area and a time, shown to whoever is there while they hold.
"""
