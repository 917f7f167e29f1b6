"""Measures the trained network on images that it has not seen."""

import argparse
import json
import pickle
from pathlib import Path

import numpy as np
from sklearn.metrics import confusion_matrix

# A network this size reaches 0.97 or more; less means that a part of the pipeline was lost on the way.
LEAST_ACCURACY = 0.9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()

    with open(options.model / "model.pickle", "rb") as saved:
        model = pickle.load(saved)
    with np.load(options.model / "test.npz") as data:
        images, labels = data["images"], data["labels"]

    predicted = model.predict(images)
    accuracy = float((predicted == labels).mean())
    report = {"accuracy": accuracy, "images": len(labels), "confusion": confusion_matrix(labels, predicted).tolist()}
    (options.output / "metrics.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"Accuracy: {accuracy:.4f} on {len(labels)} images")
    if accuracy < LEAST_ACCURACY:
        raise SystemExit(f"accuracy {accuracy:.4f} is below {LEAST_ACCURACY}")


if __name__ == "__main__":
    main()
