"""The words and the style of the pages that the server writes itself."""
