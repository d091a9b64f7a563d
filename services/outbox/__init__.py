"""What must leave an aggregate: pending events inside the documents, deliveries, and how a send can fail."""
