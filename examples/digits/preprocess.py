"""Scales the digits that come with scikit-learn and splits them into a part to learn from and a part to test on."""

import argparse
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()

    images, labels = load_digits(return_X_y=True)
    images = (images / 16.0).astype(np.float32)
    parts = train_test_split(images, labels, test_size=0.25, random_state=7, stratify=labels)
    train_images, test_images, train_labels, test_labels = parts
    np.savez(options.output / "train.npz", images=train_images, labels=train_labels)
    np.savez(options.output / "test.npz", images=test_images, labels=test_labels)
    print(f"{len(train_labels)} images to learn from, {len(test_labels)} to test on")


if __name__ == "__main__":
    main()
