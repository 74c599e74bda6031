"""The district's rosters as departments deliver them: some seventy files, hardly two of them alike."""
