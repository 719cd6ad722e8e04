"""
Stores the matrices of a model folder in eight bits each (tfjs' uint8 quantisation), half of float16's size:

    python3 eight_bits.py --data SHARDS --model FOLDER --out OTHER

Biases stay float16. The kernel plays from eight bits a weight anyhow, so it costs next to nothing; measure it with `continuo evaluate`.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np

from model_folder import golden, read_network, read_weights
from vocabulary import Vocabulary


def stored(values):
    """
    What stands in the file of float32 values, and what the manifest says of it. Of a matrix, one scale for all: value = byte x scale + min,
    where min is a multiple of the scale, so that zero stays zero.
    """
    if values.ndim < 2:
        return values.astype('<f2'), {'dtype': 'float16', 'original_dtype': 'float32'}
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    scale = (high - low) / 255 or 1.0
    low = round(low / scale) * scale
    rounded = np.clip(np.round((values - low) / scale), 0, 255).astype(np.uint8)
    return rounded, {'dtype': 'uint8', 'scale': scale, 'min': low, 'original_dtype': 'float32'}


def store(folder, out, vocabulary):
    """Writes `folder` to `out` with its matrices in eight bits, and what PyTorch makes of those."""
    model, weights = read_weights(folder)
    shutil.copytree(folder, out, dirs_exist_ok=True)
    data, manifest = [], []
    for name, values in weights.items():
        numbers, quantization = stored(values)
        data.append(numbers.tobytes())
        manifest.append({'name': name, 'shape': list(values.shape), 'dtype': 'float32', 'quantization': quantization})
    model['weightsManifest'] = [{'paths': ['weights.bin'], 'weights': manifest}]
    out = Path(out)
    (out / 'weights.bin').write_bytes(b''.join(data))
    (out / 'model.json').write_text(json.dumps(model, separators=(',', ':')) + '\n')
    made = golden(read_network(out, vocabulary), vocabulary)
    (out / 'golden.json').write_text(json.dumps(made, separators=(',', ':')) + '\n')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--data', required=True, type=Path, help='shards with the vocabulary of the model')
    parser.add_argument('--model', required=True, type=Path, help='a model folder without a cache')
    parser.add_argument('--out', required=True, type=Path, help='another folder')
    args = parser.parse_args()
    if 'cache' in json.loads((args.model / 'golden.json').read_text()):
        raise SystemExit(f'{args.model} has a cache, fitted to its weights as they are: fit it anew (cache.py) after storing the weights')
    if args.out.resolve() == args.model.resolve():
        raise SystemExit('--out must be another folder than --model')
    store(args.model, args.out, Vocabulary.of(json.loads((args.data / 'meta.json').read_text())))
    sizes = [(folder / 'weights.bin').stat().st_size / 1e6 for folder in (args.model, args.out)]
    print(f'{args.out}: {sizes[1]:.2f} MB of weights ({sizes[0]:.2f} before)')


if __name__ == '__main__':
    main()
