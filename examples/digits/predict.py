"""Uses an exported model with numpy alone: python3 predict.py MODEL_FOLDER IMAGES.npz prints one digit an image."""

import sys
from pathlib import Path
from typing import List, Tuple

import numpy as np

Layers = List[Tuple[np.ndarray, np.ndarray]]


def load_model(folder: Path) -> Layers:
    """The weights and biases of each layer, first to last."""
    with np.load(folder / "model.npz") as saved:
        return [(saved[f"weights_{n}"], saved[f"bias_{n}"]) for n in range(len(saved.files) // 2)]


def predict(layers: Layers, images: np.ndarray) -> np.ndarray:
    """The most likely digit of each image."""
    values = images
    for weights, bias in layers[:-1]:
        values = np.maximum(values @ weights + bias, 0)
    weights, bias = layers[-1]
    return (values @ weights + bias).argmax(axis=1)


if __name__ == "__main__":
    with np.load(sys.argv[2]) as data:
        print(*predict(load_model(Path(sys.argv[1])), data["images"]), sep="\n")
