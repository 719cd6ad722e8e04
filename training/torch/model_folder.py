"""Model folders as Continuo and `tf.loadLayersModel` read them: model.json, weights.bin (float16), golden.json."""

import json
from pathlib import Path

import numpy as np
import torch

from config import Config
from model import Network

FORMAT = 'layers-model'


def read_weights(folder):
    """The layers of a model folder and its weights by name, float32."""
    folder = Path(folder)
    if not (folder / 'model.json').is_file():
        raise SystemExit(f'{folder} has no model.json: it is not a model folder')
    model = json.loads((folder / 'model.json').read_text())
    weights = {}
    for group in model['weightsManifest']:
        data = b''.join((folder / path).read_bytes() for path in group['paths'])
        offset = 0
        for entry in group['weights']:
            quantization = entry.get('quantization', {})
            kind = np.dtype({'float16': '<f2', 'float32': '<f4', 'uint8': 'u1'}[quantization.get('dtype', entry['dtype'])])
            count = int(np.prod(entry['shape']))
            values = np.frombuffer(data, kind, count, offset).reshape(entry['shape']).astype(np.float32)
            if kind.itemsize == 1:
                values = values * np.float32(quantization['scale']) + np.float32(quantization['min'])
            weights[entry['name']] = values
            offset += count * kind.itemsize
    return model, weights


def vocabulary_hash(model):
    """The hash that a folder's model.json says, or None."""
    return model.get('userDefinedMetadata', {}).get('continuo', {}).get('vocabularyHash')


def write(folder, network, vocabulary, metadata):
    """Writes the network with its weights rounded to float16, and what PyTorch makes of those. `metadata` goes to Continuo."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.astype('<f2') for name, value in keras_weights(network).items()}
    if not all(np.isfinite(value).all() for value in weights.values()):
        raise SystemExit('a weight is too large for float16')
    (folder / 'weights.bin').write_bytes(b''.join(value.tobytes() for value in weights.values()))
    manifest = [
        {
            'name': name, 'shape': list(value.shape), 'dtype': 'float32',
            'quantization': {'dtype': 'float16', 'original_dtype': 'float32'},
        }
        for name, value in weights.items()
    ]
    continuo = {
        'codec': vocabulary.codec, 'vocabularyHash': vocabulary.hash, 'startToken': vocabulary.start_token, **metadata,
        **({'counting': network.counting.spec()} if network.config.numbers else {}),
        **({'joint': vocabulary.joint} if vocabulary.joint else {}),
    }
    model = {
        'format': FORMAT, 'generatedBy': 'continuo training/torch', 'convertedBy': None,
        'modelTopology': {
            'class_name': 'Sequential',
            'config': {'name': folder.resolve().name, 'layers': _topology(network, vocabulary.outputs.size)},
            'keras_version': 'tfjs-layers 4.22.0', 'backend': 'tensor_flow.js',
        },
        'weightsManifest': [{'paths': ['weights.bin'], 'weights': manifest}],
        'userDefinedMetadata': {'continuo': continuo},
    }
    (folder / 'model.json').write_text(json.dumps(model, separators=(',', ':')) + '\n')
    rounded = read_network(folder, vocabulary)
    (folder / 'golden.json').write_text(json.dumps(golden(rounded, vocabulary), separators=(',', ':')) + '\n')
    return rounded


@torch.no_grad()
def keras_weights(network):
    """Weights by their names in the folder, in its order: float32 arrays."""
    weights = {'embedding/embeddings': network.embedding.matrix()}
    for number, layer in enumerate(network.layers):
        for name, value in layer.keras_weights().items():
            weights[f'{layer.keras_class.lower()}_{number}/{name}'] = value
    weights['logits/kernel'] = network.output_matrix().t()
    weights['logits/bias'] = network.bias.matrix().squeeze(1)
    return {name: value.detach().cpu().contiguous().numpy() for name, value in weights.items()}


def read_network(folder, vocabulary):
    """The network of a folder, its tables plain."""
    model, weights = read_weights(folder)
    said = vocabulary_hash(model)
    if said != vocabulary.hash:
        raise SystemExit(f'{folder} was trained with vocabulary {said}, the data has {vocabulary.hash}')
    return network_from(weights, vocabulary)


@torch.no_grad()
def network_from(weights, vocabulary):
    """The network of a folder's weights, which are of this vocabulary."""
    cell = next(name for name in weights if name.endswith('_0/kernel')).split('_')[0]
    layers = sum(name.endswith('/recurrent_kernel') for name in weights)
    config = Config(
        cell=cell, layers=layers, units=weights[f'{cell}_0/recurrent_kernel'].shape[0],
        embedding=weights['embedding/embeddings'].shape[1], factored=False, precision='float32',
        numbers=weights['embedding/embeddings'].shape[0] - vocabulary.inputs.size,
    )
    network = Network(vocabulary, config)
    network.embedding.own.copy_(torch.from_numpy(weights['embedding/embeddings']))
    network.output.own.copy_(torch.from_numpy(weights['logits/kernel'].T.copy()))
    network.bias.own.copy_(torch.from_numpy(weights['logits/bias'])[:, None])
    for number, layer in enumerate(network.layers):
        part = f'{cell}_{number}/'
        layer.load_keras({name[len(part):]: torch.from_numpy(value) for name, value in weights.items() if name.startswith(part)})
    return network.eval()


def golden_tokens(vocabulary, length=64, seed=64):
    """Random ones after the start token; where tokens are joined, random classes."""
    tokens = np.random.default_rng(seed).integers(0, vocabulary.inputs.size, length)
    if vocabulary.joint is None:
        tokens[0] = vocabulary.start_token
    return tokens


@torch.no_grad()
def golden(network, vocabulary, length=64, seed=64):
    """Random tokens after the start token, and the logits after the last: what any engine must compute from the float16 weights."""
    tokens = golden_tokens(vocabulary, length, seed)
    logits, _ = network(torch.from_numpy(tokens)[:, None], network.zero_state(1))
    return {'tokens': tokens.tolist(), 'logitsAfterLast': [round(float(value), 6) for value in logits[-1, 0]]}


def _topology(network, classes):
    rows, width = network.embedding.own.shape
    layers = [{'class_name': 'Embedding', 'config': {
        'name': 'embedding', 'input_dim': rows, 'output_dim': width, 'mask_zero': False, 'input_length': None,
        'batch_input_shape': [None, None], 'dtype': 'float32', 'trainable': True,
    }}]
    for number, layer in enumerate(network.layers):
        config = {
            'name': f'{layer.keras_class.lower()}_{number}', 'units': layer.units, 'activation': 'tanh',
            'recurrent_activation': 'sigmoid', 'use_bias': True, 'return_sequences': True, 'return_state': False,
            'go_backwards': False, 'stateful': False, 'unroll': False, 'dropout': 0, 'recurrent_dropout': 0,
            'trainable': True,
        }
        if layer.keras_class == 'GRU':
            config['reset_after'] = False
        layers.append({'class_name': layer.keras_class, 'config': config})
    layers.append({'class_name': 'Dense', 'config': {
        'name': 'logits', 'units': classes, 'activation': 'linear', 'use_bias': True, 'trainable': True,
    }})
    return layers
