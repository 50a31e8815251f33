"""What people call the platforms."""

TITLES = {
    "web": "Web chat",
    "messenger": "Messenger",
    "instagram": "Instagram",
    "whatsapp": "WhatsApp",
    "telegram": "Telegram",
    "twilio": "SMS",
    "line": "LINE",
    "viber": "Viber",
    "x": "X",
}


def title_of(channel: str) -> str:
    """Return the platform's name as it writes itself."""
    return TITLES.get(channel, channel)
