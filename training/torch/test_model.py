import machine  # noqa: F401  (before torch)

import json
import tempfile
import unittest
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from card import card
from cells import GruLayer, LstmLayer
from config import Config
from model import Network, Table, loss_of
from model_folder import keras_weights, network_from, read_network, read_weights, write
from test_support import META
from vocabulary import Range, Vocabulary
from warm_start import fewer_velocities, finer, go_on

VOCABULARY = Vocabulary.of(META)
SMALL = Config(units=7, embedding=5, layers=2, dropout=0.0, precision='float32')


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def keras_logits(cell, weights, tokens):
    """The folder's network written out in NumPy, by Keras's own formulas."""
    layers = sum(name.endswith('recurrent_kernel') for name in weights)
    units = weights[f'{cell}_0/recurrent_kernel'].shape[0]
    h, c = np.zeros((layers, units)), np.zeros((layers, units))
    for token in tokens:
        x = weights['embedding/embeddings'][token]
        for layer in range(layers):
            kernel, recurrent, bias = (weights[f'{cell}_{layer}/{name}'] for name in ('kernel', 'recurrent_kernel', 'bias'))
            if cell == 'lstm':
                i, f, g, o = np.split(x @ kernel + h[layer] @ recurrent + bias, 4)
                c[layer] = sigmoid(f) * c[layer] + sigmoid(i) * np.tanh(g)
                h[layer] = sigmoid(o) * np.tanh(c[layer])
            else:
                z, r, candidate = np.split(x @ kernel + bias, 3)
                u_z, u_r, u_candidate = np.split(recurrent, 3, axis=1)
                z, r = sigmoid(z + h[layer] @ u_z), sigmoid(r + h[layer] @ u_r)
                h[layer] = z * h[layer] + (1 - z) * np.tanh(candidate + (r * h[layer]) @ u_candidate)
            x = h[layer]
    return x @ weights['logits/kernel'] + weights['logits/bias']


class OverTimeTest(unittest.TestCase):
    """What a layer computes on a CPU, by hand, against PyTorch's own."""

    def compare(self, layer, state, alone):
        """`alone`: inputs, state, and where pieces begin -> outputs and last state, its gradients PyTorch's own."""
        begins = torch.zeros(11, 3, dtype=torch.bool)
        begins[[0, 4, 4, 10], [1, 0, 2, 0]] = True
        for fresh in (None, begins):
            self.compare_once(layer, state, alone, fresh)

    def compare_once(self, layer, state, alone, fresh):
        inputs, direction = torch.randn(11, 3, 5, requires_grad=True), torch.randn(11, 3, 7)
        wanted = [inputs, *state, *layer.parameters()]

        def run(outputs, last):
            return outputs, torch.autograd.grad((outputs * direction).sum() + (last[0] * last[-1]).sum(), wanted)

        outputs, ours = run(*layer(inputs, state, fresh))
        expected, theirs = run(*alone(inputs, state, fresh))
        self.assertLess((outputs - expected).abs().max(), 1e-6)
        for one, other in zip(ours, theirs):
            self.assertLess((one - other).abs().max(), 1e-5)

    def test_lstm_is_torchs_own(self):
        torch.manual_seed(0)
        layer = LstmLayer(5, 7, torch.float32)
        state = tuple(torch.randn(3, 7, requires_grad=True) for _ in range(2))
        self.compare(layer, state, layer.piece_by_piece)
        inputs = torch.randn(11, 3, 5)
        ours, _ = layer(inputs, state)
        theirs, _ = layer.cell(inputs, tuple(part[None] for part in state))
        self.assertLess((ours - theirs).abs().max(), 1e-6)

    def test_gru_is_its_steps(self):
        torch.manual_seed(0)
        layer = GruLayer(5, 7, torch.float32)

        def alone(inputs, state, fresh):
            outputs, h = layer.step_by_step(inputs, *state, fresh)
            return outputs, (h,)

        self.compare(layer, (torch.randn(3, 7, requires_grad=True),), alone)

    def test_bfloat16_is_close(self):
        for kind in (LstmLayer, GruLayer):
            torch.manual_seed(0)
            layer = kind(32, 32, torch.float32)
            inputs, state = torch.randn(20, 4, 32), layer.zero_state(4, 'cpu')
            exact, _ = layer(inputs, state)
            layer.kind = torch.bfloat16
            rough, _ = layer(inputs, state)
            self.assertLess((exact - rough).abs().max(), 0.03)


class ForgetBiasTest(unittest.TestCase):
    def test_opens_the_forget_gates_and_nothing_else(self):
        biases = []
        for forget_bias in (0.0, 1.0):
            torch.manual_seed(1)
            biases.append(LstmLayer(3, 4, torch.float32, forget_bias).keras_weights()['bias'].detach())
        np.testing.assert_allclose((biases[1] - biases[0]).numpy(), np.repeat([0, 1, 0, 0], 4), atol=1e-6)


class TableTest(unittest.TestCase):
    def test_a_packed_row_is_the_sum_of_its_fields_and_its_own(self):
        table = Table(VOCABULARY, 4, True, 1.0)
        matrix = table.matrix()
        self.assertEqual(matrix.shape, (VOCABULARY.size, 4))
        row = table.own[2 * 3 + 1] + table.fields['NOTE_ON_pitch'][3] + table.fields['NOTE_ON_velocity'][1]
        self.assertTrue(torch.allclose(matrix[2 * 3 + 1], row))
        self.assertTrue(torch.equal(matrix[12:], table.own[12:]))


class NetworkTest(unittest.TestCase):
    def test_state_carried_over_windows_is_one_long_window(self):
        for cell in ('lstm', 'gru'):
            network = Network(VOCABULARY, replace(SMALL, cell=cell)).eval()
            tokens = torch.randint(0, VOCABULARY.size, (12, 2))
            whole, _ = network(tokens, network.zero_state(2))
            first, state = network(tokens[:5], network.zero_state(2))
            second, _ = network(tokens[5:], state)
            self.assertLess((torch.cat([first, second]) - whole).abs().max(), 1e-5)

    def test_a_piece_that_begins_knows_nothing_of_the_one_before(self):
        for cell in ('lstm', 'gru'):
            network = Network(VOCABULARY, replace(SMALL, cell=cell)).eval()
            tokens = torch.randint(0, VOCABULARY.size, (12, 2))
            fresh = torch.zeros(12, 2, dtype=torch.bool)
            fresh[5, 1] = True
            together, _ = network(tokens, network.zero_state(2), fresh)
            before, _ = network(tokens[:, :1], network.zero_state(1))
            after, _ = network(tokens[5:, 1:], network.zero_state(1))
            self.assertLess((together[:, :1] - before).abs().max(), 1e-5)
            self.assertLess((together[5:, 1:] - after).abs().max(), 1e-5)

    def test_every_parameter_learns(self):
        for cell, tied in (('lstm', False), ('gru', True)):
            network = Network(VOCABULARY, replace(SMALL, cell=cell, tied=tied, embedding=7))
            tokens = torch.randint(0, VOCABULARY.size, (6, 2))
            logits, _ = network(tokens, network.zero_state(2))
            loss_of(logits, tokens).backward()
            for name, parameter in network.named_parameters():
                self.assertGreater(parameter.grad.abs().sum(), 0, name)


class FolderTest(unittest.TestCase):
    def test_the_folder_says_what_the_network_says(self):
        for cell, tied in (('lstm', False), ('lstm', True), ('gru', False)):
            with tempfile.TemporaryDirectory() as folder:
                torch.manual_seed(1)
                network = Network(VOCABULARY, replace(SMALL, cell=cell, tied=tied, embedding=7)).eval()
                write(folder, network, VOCABULARY, {'name': 'small'})
                _, weights = read_weights(folder)
                for name, value in keras_weights(network).items():
                    self.assertEqual(weights[name].tolist(), value.astype(np.float16).astype(np.float32).tolist())
                golden = json.loads((Path(folder) / 'golden.json').read_text())
                self.assertEqual(golden['tokens'][0], VOCABULARY.start_token)
                by_hand = keras_logits(cell, weights, golden['tokens'])
                self.assertLess(np.abs(by_hand - golden['logitsAfterLast']).max(), 1e-5)

    def test_a_folder_of_another_vocabulary_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            write(folder, Network(VOCABULARY, SMALL), VOCABULARY, {'name': 'small'})
            other = Vocabulary(VOCABULARY.ranges, VOCABULARY.size, 'fedcba9876543210', 29, 'test')
            with self.assertRaisesRegex(SystemExit, '0123456789abcdef'):
                read_network(folder, other)


class WarmStartTest(unittest.TestCase):
    def test_a_factored_network_goes_on_from_a_folder_as_it_is(self):
        trained = Network(VOCABULARY, replace(SMALL, factored=False)).eval()
        started = Network(VOCABULARY, replace(SMALL, factored=True)).eval()
        tokens = torch.tensor([[29], [3], [14], [20]])
        go_on(started, trained)
        expected, _ = trained(tokens, trained.zero_state(1))
        found, _ = started(tokens, started.zero_state(1))
        self.assertGreater(len(started.embedding.fields), 0)
        torch.testing.assert_close(found, expected)

    def test_a_network_of_fewer_velocities_gives_each_what_those_it_stands_for_had_together(self):
        few = packed(2)
        many = Network(packed(4), replace(SMALL, cell='gru', factored=False)).eval()
        with torch.no_grad():  # neighbours that are the same, but for how frequent they are
            for table in (many.embedding.own, many.output.own):
                table[3:26:2] = table[2:26:2]
            many.bias.own.normal_()
        with tempfile.TemporaryDirectory() as folder:
            write(folder, many, packed(4), {'name': 'many'})
            model, weights = read_weights(folder)
            rounded = read_network(folder, packed(4))
        self.assertEqual(finer(model, weights, few), 2)
        self.assertIsNone(finer(model, weights, packed(4)))
        self.assertIsNone(finer(model, weights, VOCABULARY))
        folded = network_from(fewer_velocities(weights, few.ranges[1], 2), few)
        expected, _ = rounded(torch.tensor([[0], [7], [26], [28]]), rounded.zero_state(1))
        found, _ = folded(torch.tensor([[0], [4], [14], [16]]), folded.zero_state(1))
        together = expected.softmax(-1)
        together = torch.cat([together[..., :2], together[..., 2:26].unflatten(-1, (12, 2)).sum(-1), together[..., 26:]], -1)
        torch.testing.assert_close(found.softmax(-1), together)


def packed(bins):
    """Six keys in so many velocities, between other ranges."""
    return Vocabulary((
        Range('NOTE_OFF', 0, (('pitch', 2),)), Range('NOTE_ON', 2, (('pitch', 6), ('bin', bins))), Range('TIME_SHIFT', 2 + 6 * bins, (('steps', 5),)),
    ), 7 + 6 * bins, f'packed-{bins}', 6 + 6 * bins, f'packed-{bins}')


class CardTest(unittest.TestCase):
    def facts(self):
        point = {'progress': 0.5, 'seconds': 90.0, 'tokens': 12345, 'trainNatsPerToken': 2.5, 'natsPerToken': 2.25, 'natsPerNote': 6.5}
        figures = {'natsPerToken': 2.25, 'natsPerNote': 6.5, 'notes': 71, 'tokens': 205, 'ranges': {'NOTE_ON': 3.25}}
        split = {'pieces': 8, 'tokens': 2e6, 'notes': 700, 'seconds': 7200}
        return {
            'name': 'Small', 'corpus': 'Songs', 'licence': 'MIT', 'values': 3.6e6, 'figures': figures,
            'meta': {'codec': 'test', 'size': 30, 'vocabularyHash': 'ab', 'splits': {'train': split, 'valid': split},
                     'pedalIgnored': [], 'merged': 0, 'folded': 0},
            'run': {'config': asdict(SMALL), 'seconds': 7200, 'machine': 'a CPU', 'tokens': 12345, 'epochs': 1.5, 'steps': 9,
                    'origin': {'warmStart': 'older'}, 'curve': [point], 'schedule': 'clock'},
            'compared': [('older', {**figures, 'natsPerNote': 8.0})], 'baseline': None, 'notes': '', 'again': ['first this'],
        }

    def test_says_what_the_run_was_and_is_worth(self):
        text = card('small', self.facts())
        for said in ('6.5000 nats a note', '2.00 h on a CPU', '| older | 8.0000 |', '| 1.5 | 0.01 M |', '--units 7', '--from start.pt', 'first this', 'at 50 % of'):
            self.assertIn(said, text)

    def test_says_who_taught_it_by_their_names_alone(self):
        facts = self.facts()
        self.assertNotIn('--taught', card('small', facts))
        facts['run']['config'] = {**facts['run']['config'], 'teachers': '/somewhere/one,two', 'taught': 0.75}
        text = card('small', facts)
        for said in ('| taught by | `one` and `two`', '75 % of the loss', '--teachers one,two --taught 0.75'):
            self.assertIn(said, text)
        self.assertNotIn('somewhere', text)

    def test_of_text_it_counts_no_notes(self):
        facts = self.facts()
        split = {'pieces': 8, 'tokens': 2e6, 'notes': 0, 'seconds': 0}
        facts['meta'] = {'codec': 'text', 'size': 30, 'vocabularyHash': 'ab', 'splits': {'train': split, 'valid': split}}
        facts['figures'] = {**facts['figures'], 'notes': 0, 'natsPerNote': None}
        facts['compared'] = []
        facts['run']['curve'][0]['natsPerNote'] = None
        text = card('small', facts)
        self.assertIn('**2.2500 nats a token**', text)
        self.assertNotIn(' notes', text)

    def test_says_how_tunes_were_split_and_what_the_counting_model_needs(self):
        facts = self.facts()
        orders = [{'order': 1, 'fallback': True}, {'order': 2, 'fallback': False}]
        facts['baseline'] = {'natsPerToken': 2.5, 'perplexity': 12.18, 'trainedOn': {'tokens': 2000000}, 'orders': orders}
        facts['meta'] = {
            **{name: facts['meta'][name] for name in ('codec', 'size', 'vocabularyHash', 'splits')},
            'families': {'train': 5, 'valid': 3}, 'options': {'split': 'modulo 20'}, 'types': {'jig': 1, 'reel': 7},
            'skipped': [{}, {}], 'dropped': {'graces': 3, 'slurs': 44},
        }
        text = card('small', facts)
        for said in ('8 tunes of 5 families', 'modulo 20', '2 tunes that cannot', '44 slurs, 3 graces', 'reel 7, jig 1', '**10.0 % fewer**', 'orders 1 undefined'):
            self.assertIn(said, text)


if __name__ == '__main__':
    unittest.main()
