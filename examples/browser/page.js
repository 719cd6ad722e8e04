// A session in a page, without a server: the model's files are handed in, and notes sound by Web Audio.
import { openPerformer, parseDescriptor, Session } from 'continuo';
import definition from 'continuo/plugins/piano';
import manifest from 'continuo/plugins/piano/plugin.json';

const KEYS = 'asdfghjkl';
const PITCHES = [60, 62, 64, 65, 67, 69, 71, 72, 74];
const SENTENCES = {
  waiting: 'Your turn.',
  listening: 'Listening …',
  playing: 'Answering …',
  stopped: 'Stopped.',
};

const audio = new AudioContext();
const voices = new Map();
const buttons = new Map();
const status = document.querySelector('#status');
const count = document.querySelector('#notes');
const clock = () => performance.now() / 1000;
let session;

const output = {
  noteOn(pitch, velocity, voice) {
    output.noteOff(pitch);
    const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
    oscillator.type = 'triangle';
    oscillator.frequency.value = 440 * 2 ** ((pitch - 69) / 12);
    gain.gain.value = 0.2 * (velocity / 127) ** 2;
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start();
    voices.set(pitch, { oscillator, gain });
    buttons.get(pitch)?.classList.add(voice ?? 'model');
  },
  noteOff(pitch) {
    const voice = voices.get(pitch);
    if (!voice) return;
    voice.gain.gain.setTargetAtTime(0, audio.currentTime, 0.05);
    voice.oscillator.stop(audio.currentTime + 0.4);
    voices.delete(pitch);
    buttons.get(pitch)?.classList.remove('player', 'model');
  },
  silence() {
    for (const pitch of [...voices.keys()]) output.noteOff(pitch);
  },
};

/** A model folder as a file input gives it: each file by its path within. */
function folderOf(files) {
  return async (path) => {
    // The folder's own name goes first.
    const file = [...files].find((one) => one.webkitRelativePath.split('/').slice(1).join('/') === path);
    if (!file) throw new Error(`The folder has no ${path}.`);
    return new Uint8Array(await file.arrayBuffer());
  };
}

document.querySelector('#folder').addEventListener('change', async ({ target }) => {
  session?.command({ type: 'stop' }, clock());
  session = undefined;
  status.textContent = 'Loading …';
  try {
    const plugin = { descriptor: parseDescriptor(manifest, 'plugin.json'), definition };
    const performer = await openPerformer(plugin, folderOf(target.files), { seed: Date.now() % 2 ** 31 });
    session = new Session({
      ...performer,
      ...{ mode: 'answer', time: clock(), clock, output, record: () => {} },
      emit: (event) => {
        if (event.type === 'noteOn' && event.voice === 'model') count.value = Number(count.value) + 1;
        if (event.type === 'phase') status.textContent = SENTENCES[event.phase];
      },
    });
    session.command({ type: 'start' }, clock());
  } catch (error) {
    status.textContent = error.message;
  }
});

/** The session sends the network's notes alone; the player's own sound here. */
function play(type, pitch) {
  audio.resume();
  if (type === 'noteOn') output.noteOn(pitch, 84, 'player');
  else output.noteOff(pitch);
  session?.input({ type, time: clock(), pitch, velocity: 84 });
}

for (const [index, pitch] of PITCHES.entries()) {
  const button = document.createElement('button');
  button.textContent = KEYS[index].toUpperCase();
  button.addEventListener('pointerdown', () => play('noteOn', pitch));
  for (const end of ['pointerup', 'pointerleave']) button.addEventListener(end, () => play('noteOff', pitch));
  buttons.set(pitch, button);
  document.querySelector('#keys').append(button);
}
for (const type of ['keydown', 'keyup'])
  addEventListener(type, ({ key, repeat }) => {
    const pitch = PITCHES[KEYS.indexOf(key)];
    if (pitch !== undefined && !repeat) play(type === 'keydown' ? 'noteOn' : 'noteOff', pitch);
  });
setInterval(() => session?.advance(clock()), 5);
