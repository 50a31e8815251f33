"""The channels that are on: those whose settings are there."""

from importlib import import_module

from frontdoor.channels.contract import Channel, is_configured
from frontdoor.settings import Settings

# name -> where its class and its required SETTINGS are; the webhook is /webhooks/<name>
CHANNELS = {
    "messenger": "frontdoor.channels.messenger:Messenger",
    "instagram": "frontdoor.channels.instagram:Instagram",
    "whatsapp": "frontdoor.channels.whatsapp:WhatsApp",
    "telegram": "frontdoor.channels.telegram:Telegram",
    "twilio": "frontdoor.channels.twilio:Twilio",
    "line": "frontdoor.channels.line:Line",
    "viber": "frontdoor.channels.viber:Viber",
    "x": "frontdoor.channels.x:X",
}


def channels(settings: Settings) -> dict[str, Channel]:
    """Return the channels that are on, by name."""
    return {name: make(name, settings) for name in CHANNELS if is_on(name, settings)}


def is_on(name: str, settings: Settings) -> bool:
    """Tell whether everything that channel *name* needs is set."""
    return is_configured(settings, required(name))


def required(name: str) -> tuple[str, ...]:
    """Return the settings without which channel *name* is off."""
    settings: tuple[str, ...] = import_module(CHANNELS[name].partition(":")[0]).SETTINGS
    return settings


def make(name: str, settings: Settings) -> Channel:
    """Return channel *name*, whether or not it is on."""
    module, _, class_name = CHANNELS[name].partition(":")
    channel: Channel = getattr(import_module(module), class_name)(settings)
    return channel
