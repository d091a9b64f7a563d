"""Read Chinese text as people type it: normal form, words, pinyin, numbers, dates, personal data."""
