"""Words, without anything of ours around them: folding, cleaning, safe addresses, redaction, local hours."""
