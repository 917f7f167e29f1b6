"""Trains a small neural network on the digits, and hands the test part on beside the model."""

import argparse
import pickle
import shutil
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier

REPORT_EVERY = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--learning-rate", type=float, default=0.005)
    options = parser.parse_args()

    with np.load(options.data / "train.npz") as data:
        images, labels = data["images"], data["labels"]
    model = MLPClassifier(hidden_layer_sizes=(64,), learning_rate_init=options.learning_rate, random_state=7)
    for step in range(1, options.steps + 1):
        model.partial_fit(images, labels, classes=np.arange(10))
        if step % REPORT_EVERY == 0 or step == options.steps:
            print(f"Step {step}/{options.steps} loss: {model.loss_:.4f} lr: {options.learning_rate:g}", flush=True)

    with open(options.output / "model.pickle", "wb") as out:
        pickle.dump(model, out)
    shutil.copy(options.data / "test.npz", options.output / "test.npz")


if __name__ == "__main__":
    main()
