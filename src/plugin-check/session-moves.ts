import type { PerformanceEvent } from '../music/note.js';
import type { Seconds } from '../music/units.js';
import type { ParamSpec, ParamSpecs, ParamValue } from '../plugin/params.js';
import { MODES, type SessionCommand } from '../session/commands.js';
import type { Chance } from './chance.js';

/** An event of a session, at a time. */
export type SessionMove = { readonly time: Seconds } & (
  | { readonly type: 'input'; readonly event: PerformanceEvent }
  | { readonly type: 'command'; readonly command: SessionCommand }
  /** The session looks at the clock. */
  | { readonly type: 'look' }
  /** The process does not run for a while. */
  | { readonly type: 'pause'; readonly seconds: Seconds }
  | { readonly type: 'hold'; readonly held: boolean }
);

/** Random moves in order of time; the first ones choose a mode and start the session. */
export function sessionMoves(params: ParamSpecs, chance: Chance): SessionMove[] {
  const moves: SessionMove[] = [
    { time: 0, type: 'command', command: { type: 'mode', mode: chance.pick(MODES) } },
    { time: 0, type: 'command', command: { type: 'start' } },
  ];
  const count = chance.integer(5, 40);
  for (let time = 0; moves.length < count; ) {
    time += chance.next() < 0.7 ? chance.between(0, 0.3) : chance.between(0, 4);
    const move = randomMove(time, params, chance);
    if (move.type === 'pause') time += move.seconds;
    moves.push(move);
  }
  return moves;
}

function randomMove(time: Seconds, params: ParamSpecs, chance: Chance): SessionMove {
  const kind = chance.next();
  if (kind < 0.65) return { time, type: 'input', event: randomEvent(time, chance) };
  if (kind < 0.8) return { time, type: 'command', command: randomCommand(params, chance) };
  if (kind < 0.94) return { time, type: 'look' };
  if (kind < 0.97) return { time, type: 'pause', seconds: chance.between(2, 60) };
  return { time, type: 'hold', held: chance.next() < 0.5 };
}

function randomEvent(time: Seconds, chance: Chance): PerformanceEvent {
  const kind = chance.next();
  const pitch = chance.next() < 0.8 ? chance.integer(57, 69) : chance.integer(0, 127);
  if (kind < 0.5) return { type: 'noteOn', time, pitch, velocity: chance.integer(1, 127) };
  return kind < 0.92 ? { type: 'noteOff', time, pitch } : { type: 'pedal', time, down: chance.next() < 0.5 };
}

function randomCommand(params: ParamSpecs, chance: Chance): SessionCommand {
  const ids = Object.keys(params);
  if (ids.length > 0 && chance.next() < 0.4) {
    const id = chance.pick(ids);
    return { type: 'param', id, value: randomValue(params[id]!, chance) };
  }
  return chance.pick<SessionCommand>([
    { type: 'start' },
    { type: 'stop' },
    { type: 'allOff' },
    { type: 'takeBack' },
    { type: 'again' },
    { type: 'reset' },
    { type: 'pulse', beat: chance.between(0.3, 1.5), bar: true, tapped: false },
    ...MODES.map((mode) => ({ type: 'mode', mode }) as const),
    ...[true, false].map((muted) => ({ type: 'mute', muted }) as const),
  ]);
}

/** A random value of the parameter. */
function randomValue(spec: ParamSpec, chance: Chance): ParamValue {
  if (spec.default === null && chance.next() < 0.3) return null;
  switch (spec.type) {
    case 'float':
      return chance.between(spec.min, spec.max);
    case 'int':
    case 'pitch':
      return chance.integer(spec.min, spec.max);
    case 'choice':
      return chance.pick(spec.choices);
    case 'text':
      return chance.pick([...(spec.suggestions ?? []), 'a'.repeat(Math.min(1, spec.maxLength))]);
    case 'toggle':
      return chance.next() < 0.5;
  }
}

/** A move as a line for people. */
export function inWords(move: SessionMove): string {
  const at = `${move.time.toFixed(3)} s`;
  switch (move.type) {
    case 'input': {
      const { type, time: _, ...rest } = move.event;
      return `${at}  the player: ${type} ${Object.entries(rest)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`;
    }
    case 'command':
      return `${at}  command: ${JSON.stringify(move.command)}`;
    case 'look':
      return `${at}  the clock is looked at`;
    case 'pause':
      return `${at}  nothing runs for ${move.seconds.toFixed(3)} s`;
    case 'hold':
      return `${at}  the session is ${move.held ? 'held' : 'held no longer'}`;
  }
}
