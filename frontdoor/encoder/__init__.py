"""The sentence encoder: all-MiniLM-L6-v2 as int8 ONNX, converted once at set-up, run by onnxruntime.

Intents, the library's search and the safety head share it. Everything works without it, with less reach.
"""

from frontdoor.encoder.runtime import DIMENSIONS, Encoder, load

__all__ = ["DIMENSIONS", "Encoder", "load"]
