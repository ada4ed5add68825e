"""What a letter says of itself: whose, what kind, when, by whom, with what judgements."""
