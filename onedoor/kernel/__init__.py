"""What every room stands on: identifiers, transactions, work, events, jobs, languages. No word of any domain appears here."""
