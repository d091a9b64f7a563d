"""Keep the city's service items (事项) with their guides, halls and licences, and find them by what people say."""
