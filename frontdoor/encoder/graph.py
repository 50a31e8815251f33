"""The BERT network of all-MiniLM-L6-v2, written as an ONNX graph around its weights.

Input: `input_ids` (1 × tokens). Output: `embedding` (1 × 384), the mean over tokens, of length 1.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

LAYERS = 6
HEADS = 12
WIDTH = 384
HEAD_WIDTH = WIDTH // HEADS
EPSILON = 1e-12
OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8

Weights = Mapping[str, NDArray[np.float32]]


def build(weights: Weights) -> ModelProto:
    """Return the network as one ONNX model with *weights* (named as in the published file) inside."""
    network = _Network(weights)
    state = network.embeddings("input_ids")
    for layer in range(LAYERS):
        state = network.layer(state, f"encoder.layer.{layer}")
    network.mean_of_length_one(state, "embedding")
    graph = helper.make_graph(
        network.nodes,
        "all-MiniLM-L6-v2",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [1, WIDTH])],
        network.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    checker.check_model(model)
    return model


class _Network:
    """Collects nodes and constants; each method returns the name of its output."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def embeddings(self, ids: str) -> str:
        """Return word + position + sentence-kind vectors, normalised."""
        words = self._node("Gather", [self._weight("embeddings.word_embeddings.weight"), ids])
        count = self._node("Slice", [self._node("Shape", [ids]), self._whole([1]), self._whole([2])])
        positions = self._weight("embeddings.position_embeddings.weight")
        place = self._node("Slice", [positions, self._whole([0]), count, self._whole([0])])
        kind = self._constant(self.weights["embeddings.token_type_embeddings.weight"][0])
        total = self._node("Add", [self._node("Add", [words, place]), kind])
        return self._normalised(total, "embeddings.LayerNorm")

    def layer(self, state: str, name: str) -> str:
        """Return *state* after one transformer layer."""
        attended = self._dense(self._attention(state, f"{name}.attention.self"), f"{name}.attention.output.dense")
        state = self._normalised(self._node("Add", [attended, state]), f"{name}.attention.output.LayerNorm")
        inner = self._gelu(self._dense(state, f"{name}.intermediate.dense"))
        out = self._dense(inner, f"{name}.output.dense")
        return self._normalised(self._node("Add", [out, state]), f"{name}.output.LayerNorm")

    def mean_of_length_one(self, state: str, output: str) -> None:
        """Name *output* the mean over tokens, divided by its length."""
        mean = self._node("ReduceMean", [state], axes=[1], keepdims=0)
        length = self._node("ReduceL2", [mean], axes=[1], keepdims=1)
        self.nodes.append(helper.make_node("Div", [mean, length], [output]))

    def _attention(self, state: str, name: str) -> str:
        query = self._heads(self._dense(state, f"{name}.query"), [0, 2, 1, 3])
        key = self._heads(self._dense(state, f"{name}.key"), [0, 2, 3, 1])
        value = self._heads(self._dense(state, f"{name}.value"), [0, 2, 1, 3])
        scale = self._constant(np.array(HEAD_WIDTH**-0.5, np.float32))
        scores = self._node("Mul", [self._node("MatMul", [query, key]), scale])
        mixed = self._node("MatMul", [self._node("Softmax", [scores], axis=-1), value])
        joined = self._node("Transpose", [mixed], perm=[0, 2, 1, 3])
        return self._node("Reshape", [joined, self._whole([1, -1, WIDTH])])

    def _heads(self, state: str, order: list[int]) -> str:
        split = self._node("Reshape", [state, self._whole([1, -1, HEADS, HEAD_WIDTH])])
        return self._node("Transpose", [split], perm=order)

    def _dense(self, state: str, name: str) -> str:
        matrix = self._constant(np.ascontiguousarray(self.weights[f"{name}.weight"].T))
        return self._node("Add", [self._node("MatMul", [state, matrix]), self._weight(f"{name}.bias")])

    def _normalised(self, state: str, name: str) -> str:
        inputs = [state, self._weight(f"{name}.weight"), self._weight(f"{name}.bias")]
        return self._node("LayerNormalization", inputs, axis=-1, epsilon=EPSILON)

    def _gelu(self, state: str) -> str:
        root_two, one, half = (self._constant(np.array(number, np.float32)) for number in (2**0.5, 1.0, 0.5))
        erf = self._node("Erf", [self._node("Div", [state, root_two])])
        return self._node("Mul", [self._node("Mul", [state, self._node("Add", [erf, one])]), half])

    def _node(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def _weight(self, name: str) -> str:
        return self._constant(self.weights[name])

    def _whole(self, numbers: list[int]) -> str:
        return self._constant(np.array(numbers, np.int64))

    def _constant(self, value: NDArray) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name
