"""From the bytes of a file to drafts in reading order: one reader for each format."""
