"""EASE by numpy, as its paper writes it: reads pairs (int32, person and item in turn), prints seconds and one weight as JSON."""
import json
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

path, people, items, ridge = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
pairs = np.fromfile(path, dtype=np.int32).reshape(-1, 2)
start = time.perf_counter()
seen = np.zeros((people, items))
seen[pairs[:, 0], pairs[:, 1]] = 1
gram = seen.T @ seen
gram[np.diag_indices(items)] += ridge
inverse = np.linalg.inv(gram)
weights = inverse / -np.diag(inverse)
weights[np.diag_indices(items)] = 0
print(json.dumps({"seconds": time.perf_counter() - start, "weight": float(weights[0, 1]), "numpy": np.__version__}))
