"""Humans and organisations the company deals with, and what they are known by."""
