"""Takes what is due from the documents, picks recipients and wording, and hands it to a sender."""
