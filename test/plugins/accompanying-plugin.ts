import { pluginFolder } from './plugin-folder.js';

const OFFLINE = {
  does: 'accompanies',
  countsIn: true,
  options: {
    density: {
      param: { type: 'int', label: 'Density', help: 'How many strokes a beat.', min: 1, max: 4, default: 2 },
    },
    offBeat: {
      param: { type: 'toggle', label: 'Off beat', help: 'Strokes between the beats.', default: false },
    },
  },
};

/** A drummer and a bass without a network. `wrong`: code before it plays, with `request` in sight. */
const code = (wrong: string) => `
import { definePlugin } from 'continuo/plugin';
import { uniform } from 'continuo/model';

const voices = [
  { id: 'drums', name: 'Drums', channel: 10 },
  { id: 'bass', name: 'Bass', channel: 1, program: 33 },
];

function play(request) {
  ${wrong}
  const { options, seed, from, until, piece } = request;
  const { beats } = request.beats();
  const pace = beats[1] - beats[0];
  const before = [];
  for (let time = beats[0] - pace; time >= from - 1e-6; time -= pace) before.unshift(time);
  const within = beats.filter((time) => time >= from && time < until);
  const stroke = (pitch, start, velocity) => ({ pitch, velocity, start, end: start + 0.05 });
  const drums = before.map((time) => stroke(37, time, 100));
  const bass = [];
  let draws = 0;
  const lead = piece.tracks.find(({ name }) => name === 'Melody') ?? piece.tracks[0];
  within.forEach((time, beat) => {
    request.progress(beat / within.length);
    for (let part = 0; part < options.density; part++) {
      const at = time + ((part + (options.offBeat ? 0.5 : 0)) / options.density) * pace;
      const velocity = 60 + Math.floor(40 * uniform(seed, 0, draws++));
      if (at < until) drums.push(stroke(part === 0 ? 36 : 42, at, velocity));
    }
    const above = lead.notes.findLast(({ start }) => start <= time + 0.01);
    if (above) bass.push({ pitch: 36 + (above.pitch % 12), velocity: 70, start: time, end: Math.min(until, time + pace) });
  });
  return [{ voice: 'drums', notes: drums }, { voice: 'bass', notes: bass }];
}

export default definePlugin({ offline: { voices, play } });
`;

/** A stranger's plugin that plays along with files and does nothing else, in a folder under `parent`. `offline` null: plugin.json does not say how. */
export function accompanyingPlugin(
  parent: string,
  id: string,
  { wrong = '', offline = OFFLINE as object | null } = {},
): string {
  const manifest = {
    name: `The ${id}`,
    licence: 'MIT',
    extensions: ['offline'],
    ...(offline && { offline }),
  };
  return pluginFolder(parent, id, { manifest, code: code(wrong) });
}
