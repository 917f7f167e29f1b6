"""Writes the trained network in a form that needs no scikit-learn, and proves that it says the same."""

import argparse
import json
import pickle
from pathlib import Path

import numpy as np
from predict import load_model, predict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()

    with open(options.model / "model.pickle", "rb") as saved:
        model = pickle.load(saved)
    layers = {}
    for number, (weights, bias) in enumerate(zip(model.coefs_, model.intercepts_)):
        layers[f"weights_{number}"] = weights.astype(np.float32)
        layers[f"bias_{number}"] = bias.astype(np.float32)
    np.savez(options.output / "model.npz", **layers)
    card = {"format": "npz", "layers": len(model.coefs_), "activation": "relu", "input": "64 values from 0 to 1",
            "classes": [int(name) for name in model.classes_]}
    (options.output / "model.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")

    with np.load(options.model / "test.npz") as data:
        images = data["images"]
    same = predict(load_model(options.output), images) == model.predict(images)
    size = (options.output / "model.npz").stat().st_size
    print(f"Exported {size} bytes; agrees with the trained model on {int(same.sum())} of {len(same)} images")
    if not same.all():
        raise SystemExit("the exported model disagrees with the trained one")


if __name__ == "__main__":
    main()
