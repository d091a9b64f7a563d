"""Outside parties and their protocols. The only home of HTTP, XML, signatures and platform error codes."""
