"""What a run reports to a person: Markdown for a product or a draft, table rows for a catalogue."""
