"""A channel that rests, as one does whose platform refuses the clinic's access."""

PAUSE = """
    INSERT INTO channels.standing (channel, account, paused_at) VALUES ($1, $2, now())
    ON CONFLICT (channel, account) DO UPDATE SET paused_at = now()
"""
RESUME = "UPDATE channels.standing SET paused_at = NULL"
