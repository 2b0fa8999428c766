"""The one WebSocket: topics, commands, the hub and presence."""
