"""Prefect flows: the order of a night's steps, what runs side by side, and what operators see of it."""

from flows.place import outlive_the_server

outlive_the_server()
