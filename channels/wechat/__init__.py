"""The WeChat official account (服务号): callbacks in, passive replies, customer messages and templates out."""
