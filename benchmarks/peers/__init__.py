"""What other stacks take for the same work: each peer a script of its own, measured side by side with Huimin."""
