"""What Messenger, Instagram and WhatsApp have in common: handshake, signature, envelope, error numbers."""
