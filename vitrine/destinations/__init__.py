"""What shops and viewers accept: their limits as data, and verdicts on files."""
