"""Photo to PNG and findings: `fetch` downloads one, `prepare_photo` makes what a provider gets."""
