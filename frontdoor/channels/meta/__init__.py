"""What Messenger, Instagram and WhatsApp have in common: the handshake, the signature, the envelope, the error numbers."""
