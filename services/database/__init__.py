"""Typed collections of documents over two engines. The only place that knows a database."""
