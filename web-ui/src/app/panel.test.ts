import { describe, expect, it } from 'vitest';
import type { ClientMessage } from '../../../src/protocol/session-protocol.js';
import { MemorySession } from '../../../src/server/testing/memory-session.js';
import { Playback } from '../sound/playback.js';
import { Sounds } from '../sound/sounds.js';
import { Panel } from './panel.js';

function made() {
  const sent: ClientMessage[] = [];
  const clock = { now: 10 };
  const line = { up: true };
  const silent = { release() {}, hold() {}, cancel() {} };
  const instrument = { noteOn: () => silent, silence: () => {} };
  const panel = new Panel({
    sounds: new Sounds({ ...instrument, click: () => silent }),
    playback: new Playback(instrument),
    now: () => clock.now,
    send: (message) => line.up && sent.push(message) > 0,
  });
  const description = { ...new MemorySession().describe(), time: 10 };
  const welcome = { type: 'welcome', version: 2, description, history: [], composers: [] } as const;
  return { panel, sent, clock, line, welcome };
}

const noteOn = { type: 'noteOn', id: 1, voice: 'player', time: 9, pitch: 60, velocity: 80 } as const;

describe('Panel', () => {
  it('is rebuilt from a welcome, whatever it showed before', () => {
    const { panel, welcome } = made();
    panel.receive({ type: 'event', event: { ...noteOn, id: 7 } });
    panel.receive({ type: 'error', code: 'PORT_OPEN', message: 'no' });
    panel.receive({ ...welcome, history: [noteOn, { type: 'noteOff', id: 1, time: 9.5 }] });
    expect(panel.connected).toBe(true);
    expect(panel.trouble).toBeUndefined();
    expect(panel.store.notes.map(({ id, end }) => [id, end])).toEqual([[1, 9.5]]);
    expect(panel.values.temperature).toBe(1);
  });

  it('goes on with the music where plugin or model are changed', () => {
    const { panel, welcome } = made();
    panel.receive(welcome);
    const takeOver = { type: 'phase', time: 11, phase: 'listening', takeOverAt: 12 } as const;
    panel.receive({ type: 'event', event: { ...noteOn, time: 11 } });
    panel.receive({ type: 'event', event: takeOver });
    panel.load({ model: 'other' });
    const description = {
      ...welcome.description,
      time: 11.5,
      phase: 'listening',
      values: { temperature: 2 },
    } as const;
    panel.receive({ ...welcome, description: { ...description, model: { id: 'other', name: 'Other' } } });
    expect(panel.store.notes.map(({ id }) => id)).toEqual([1]);
    expect(panel.phase).toEqual(takeOver);
    expect([panel.description?.model.id, panel.values.temperature]).toEqual(['other', 2]);
    panel.receive({ ...welcome, description: { ...description, phase: 'stopped' } });
    expect(panel.running).toBe(false);
  });

  it('undoes what there is to undo, and is silent where another panel was quicker', () => {
    const { panel, sent, welcome } = made();
    panel.receive(welcome);
    panel.undo('undo');
    expect(sent).toEqual([]);
    panel.receive({ type: 'undoable', undo: { label: 'Temperature' }, redo: null });
    panel.undo('undo');
    panel.undo('redo');
    expect(sent).toEqual([{ type: 'undo', request: 1 }]);
    panel.receive({ type: 'error', code: 'UNDO_NOTHING', message: 'Nothing.', about: 'undo', request: 1 });
    expect(panel.trouble).toBeUndefined();
    panel.receive({ type: 'error', code: 'MODEL_NOT_FOUND', message: 'Gone.', about: 'undo', request: 1 });
    expect(panel.trouble?.code).toBe('MODEL_NOT_FOUND');
    panel.lost();
    expect(panel.undoable).toEqual({ undo: null, redo: null });
  });

  it('shows what comes back, and ends what came since', () => {
    const { panel, welcome } = made();
    panel.receive({ ...welcome, history: [noteOn, { type: 'noteOff', id: 1, time: 9.5 }] });
    panel.receive({ type: 'event', event: { type: 'takenBack', time: 8 } });
    panel.receive({ type: 'event', event: { ...noteOn, id: 2, time: 11 } });
    panel.receive({ type: 'event', event: { type: 'restored', time: 10, id: 'a' } });
    expect(panel.store.notes).toEqual([]);
    panel.receive({ type: 'music', history: [noteOn, { type: 'noteOff', id: 1, time: 9.5 }] });
    expect(panel.store.notes.map(({ id, end }) => [id, end])).toEqual([[1, 9.5]]);
  });

  it('keeps the members of a band apart, and asks for others of them', () => {
    const { panel, welcome, sent } = made();
    const { plugin, model, mode, phase, values, params } = welcome.description;
    const member = {
      ...{ plugin, model, mode, phase, values, params },
      name: 'Piano',
      muted: false,
      voices: [],
    };
    const members = [
      { ...member, id: 'lead' },
      {
        ...member,
        id: 'drums',
        plugin: { id: 'drums', name: 'Drums' },
        model: { id: 'none', name: 'no model' },
      },
    ];
    panel.receive({ ...welcome, description: { ...welcome.description, members } });
    const [time, drums] = [11, { member: 'drums' }];
    panel.receive({ type: 'event', event: { type: 'mute', time, muted: true, ...drums } });
    panel.receive({ type: 'event', event: { type: 'mode', time, mode: 'duet', ...drums } });
    panel.receive({ type: 'event', event: { type: 'phase', time, phase: 'together', ...drums } });
    panel.receive({ type: 'event', event: { type: 'param', time, id: 'temperature', value: 0.5, ...drums } });
    panel.receive({ type: 'event', event: { type: 'mute', time, muted: true } });
    expect([panel.description?.mode, panel.phase.phase, panel.values.temperature]).toEqual([mode, phase, 1]);
    expect(
      panel.description?.members?.map((one) => [one.muted, one.mode, one.phase, one.values.temperature]),
    ).toEqual([
      [true, mode, phase, 1],
      [true, 'duet', 'together', 0.5],
    ]);
    panel.loadMembers([...panel.others, { plugin: 'folk' }]);
    expect(sent.at(-1)).toMatchObject({ type: 'load', members: [{ plugin: 'drums' }, { plugin: 'folk' }] });
    expect(panel.loading?.members).toHaveLength(2);
  });

  it('draws strokes of drums as such after another plugin took over, and notes before as notes', () => {
    const { panel, welcome } = made();
    const kit = { id: 'drums', name: 'Drums', channel: 10 };
    const played = (id: number, time: number, part?: string) =>
      panel.receive({ type: 'event', event: { ...noteOn, id, time, voice: 'model', ...(part && { part }) } });
    const withVoices = (voices: (typeof kit)[]) => ({
      ...welcome,
      description: { ...welcome.description, voices },
    });
    panel.receive(welcome);
    played(21, 11);
    expect(panel.hasDrums).toBe(false);
    panel.receive(withVoices([kit]));
    played(22, 12, 'drums');
    panel.receive(withVoices([]));
    played(23, 13);
    const timbres = panel.store.notes.filter(({ id }) => id > 20).map((note) => panel.timbreOf(note));
    expect(timbres).toEqual(['piano', 'drums', 'piano']);
    expect(panel.hasDrums).toBe(true);
  });

  it('draws what is played here at once, and once', () => {
    const { panel, welcome } = made();
    panel.receive(welcome);
    const notes = () => panel.store.notes.map(({ id, pitch, start, end }) => [id, pitch, start, end]);
    panel.play({ type: 'noteOn', pitch: 60, velocity: 80 }, 10);
    expect(notes()).toEqual([[-1, 60, 10, undefined]]);
    panel.receive({ type: 'event', event: { ...noteOn, id: 4, time: 10.01 } });
    expect(notes()).toEqual([[4, 60, 10.01, undefined]]);
    panel.play({ type: 'noteOff', pitch: 60 }, 10.5);
    panel.receive({ type: 'event', event: { type: 'noteOff', id: 4, time: 10.51 } });
    // A note of the host's keyboard is not an echo.
    panel.receive({ type: 'event', event: { ...noteOn, id: 5, time: 10.6 } });
    panel.play({ type: 'noteOn', pitch: 64, velocity: 80 }, 11);
    panel.play({ type: 'noteOff', pitch: 64 }, 11.2);
    expect(notes()).toEqual([
      [4, 60, 10.01, 10.51],
      [5, 60, 10.6, undefined],
      [-2, 64, 11, 11.2],
    ]);
  });

  it('ends on the roll what sounds when the host is lost, and draws on what is played here', () => {
    const { panel, clock, line, welcome } = made();
    panel.receive({ ...welcome, description: { ...welcome.description, phase: 'playing' } });
    panel.receive({ type: 'event', event: { ...noteOn, id: 2, voice: 'model', time: 10 } });
    panel.receive({ type: 'event', event: { ...noteOn, id: 3, voice: 'model', time: 12 } });
    clock.now = 11;
    line.up = false;
    panel.lost();
    expect([panel.running, panel.canStart, panel.firstNoteStarts]).toEqual([false, false, false]);
    expect(panel.store.notes.map(({ id, end }) => [id, end])).toEqual([[2, 11]]);
    panel.play({ type: 'noteOn', pitch: 72, velocity: 70 }, 13);
    clock.now = 14;
    expect(panel.viewTime()).toBe(14);
    panel.play({ type: 'noteOff', pitch: 72 }, 14);
    expect(panel.store.notes.at(-1)).toMatchObject({ voice: 'player', pitch: 72, start: 13, end: 14 });
    line.up = true;
    panel.receive(welcome);
    expect(panel.store.notes).toEqual([]);
  });

  it('tells the host of a piece that is played here, for an hour at most, and what the host says of it', () => {
    const { panel, sent, welcome } = made();
    panel.receive({ ...welcome, description: { ...welcome.description, firstNoteStarts: true, held: true } });
    expect([panel.held, panel.firstNoteStarts]).toEqual([true, true]);
    for (const seconds of [30, 1e6, 0]) panel.piecePlays(seconds);
    expect(sent.map((message) => message.type === 'piecePlays' && message.seconds)).toEqual([30, 3600, 0]);
    panel.receive({ type: 'event', event: { type: 'phase', time: 11, phase: 'listening' } });
    expect(panel.held).toBe(false);
  });

  it('can be started where it is stopped, and in solo where the model is silent for good', () => {
    const { panel, welcome } = made();
    expect(panel.canStart).toBe(false);
    panel.receive(welcome);
    expect(panel.canStart).toBe(true);
    panel.receive({ type: 'event', event: { type: 'phase', time: 11, phase: 'waiting' } });
    expect(panel.canStart).toBe(false);
    panel.receive({ type: 'event', event: { type: 'mode', time: 11, mode: 'solo' } });
    expect(panel.canStart).toBe(true);
    panel.receive({ type: 'event', event: { type: 'phase', time: 11, phase: 'waiting', takeOverAt: 13 } });
    expect(panel.canStart).toBe(false);
  });

  it('follows what the session says', () => {
    const { panel, welcome } = made();
    panel.receive(welcome);
    panel.receive({ type: 'event', event: { type: 'phase', time: 11, phase: 'listening', takeOverAt: 12 } });
    panel.receive({ type: 'event', event: { type: 'mode', time: 11, mode: 'duet' } });
    panel.receive({ type: 'event', event: { type: 'param', time: 11, id: 'temperature', value: 1.2 } });
    panel.receive({
      type: 'event',
      event: { type: 'trouble', time: 11, code: 'PORT_LOST', message: 'unplugged' },
    });
    expect([
      panel.running,
      panel.description?.mode,
      panel.values.temperature,
      panel.trouble?.message,
    ]).toEqual([true, 'duet', 1.2, 'unplugged']);
  });

  it('says aloud that nothing is recorded, and goes on saying it until it is', () => {
    const { panel, welcome } = made();
    panel.receive(welcome);
    panel.receive({ type: 'event', event: { type: 'recording', time: 11, failure: 'the disk is full' } });
    expect(panel.troubleAbout('elsewhere')?.message).toBe('the disk is full');
    panel.dismissTrouble();
    expect(panel.description?.notRecording).toBe('the disk is full');
    panel.receive({ type: 'event', event: { type: 'recording', time: 12, failure: null } });
    expect(panel.description).toEqual(welcome.description);
  });

  it('asks for earlier music as far as it is looked at, once at a time', () => {
    const { panel, welcome, sent, clock } = made();
    panel.receive({ ...welcome, history: [noteOn], historyFrom: 9 });
    panel.lookAt(9.5);
    expect(sent).toEqual([]);
    panel.lookAt(4);
    panel.lookAt(3);
    expect(sent).toEqual([{ type: 'earlier', before: 9 }]);
    clock.now += 1.5; // it did not come
    panel.receive({ type: 'error', code: 'PROTOCOL_RATE', message: 'too often', about: 'earlier' });
    panel.lookAt(4);
    expect([sent.length, panel.trouble]).toEqual([2, undefined]);
    panel.receive({ type: 'earlier', before: 9, from: 6, events: [{ ...noteOn, id: 0, time: 7 }] });
    expect(panel.store.notes.map(({ start }) => start)).toEqual([7, 9]);
    panel.lookAt(4);
    expect(sent.at(-1)).toEqual({ type: 'earlier', before: 6 });
    panel.receive({ type: 'earlier', before: 6, events: [] });
    panel.lookAt(0);
    expect(sent.length).toBe(3);
  });

  it('says trouble where it belongs', () => {
    const { panel } = made();
    panel.receive({ type: 'error', code: 'PORT_OPEN', message: 'no', about: 'connect' });
    expect([panel.troubleAbout('connect')?.message, panel.troubleAbout('elsewhere')]).toEqual([
      'no',
      undefined,
    ]);
    panel.receive({ type: 'error', code: 'PARAM_VALUE', message: 'no', about: 'command' });
    expect([panel.troubleAbout('connect'), panel.troubleAbout('elsewhere')?.code]).toEqual([
      undefined,
      'PARAM_VALUE',
    ]);
  });

  it('shows a parameter at once and tells the host; plays with the time at which it was played', () => {
    const { panel, sent } = made();
    panel.setParam('temperature', 0.5);
    panel.play({ type: 'noteOn', pitch: 60, velocity: 80 }, 9.9);
    expect(panel.values.temperature).toBe(0.5);
    expect(sent).toEqual([
      { type: 'command', command: { type: 'param', id: 'temperature', value: 0.5 } },
      { type: 'play', event: { type: 'noteOn', pitch: 60, velocity: 80, time: 9.9 } },
    ]);
  });

  it('goes back to the value that the session has when another is refused', () => {
    const { panel, welcome } = made();
    panel.receive(welcome);
    panel.receive({ type: 'event', event: { type: 'param', time: 1, id: 'temperature', value: 1.5 } });
    panel.setParam('temperature', 99);
    expect(panel.values.temperature).toBe(99);
    panel.receive({ type: 'error', code: 'PARAM_VALUE', message: 'no', about: 'command' });
    expect(panel.values.temperature).toBe(1.5);
  });

  it('does not ask for the mode, the plugin or the model that it has', () => {
    const { panel, sent, welcome } = made();
    panel.receive(welcome);
    panel.setMode('answer');
    panel.load({ plugin: 'piano' });
    panel.load({ model: 'piano-pop' });
    expect(sent).toEqual([]);
    panel.setMode('duet');
    panel.load({ model: 'other' });
    expect(sent).toEqual([
      { type: 'command', command: { type: 'mode', mode: 'duet' } },
      { type: 'load', request: 1, model: 'other' },
    ]);
  });

  it('says what is being loaded or opened until that is there, is refused, or the host is lost', () => {
    const { panel, line, welcome } = made();
    panel.receive(welcome);
    panel.load({ model: 'other' });
    panel.connect('input', 'Keys');
    panel.receive({ type: 'event', event: { type: 'param', time: 1, id: 'temperature', value: 1.5 } });
    const asked = [{ request: 1, model: 'other' }, { input: { request: 2, port: 'Keys' } }];
    expect([panel.loading, panel.connecting]).toEqual(asked);
    // Other panels' requests do not count.
    panel.receive(welcome);
    panel.receive({ type: 'ports', ports: welcome.description.ports });
    expect([panel.loading, panel.connecting]).toEqual(asked);
    panel.receive({ type: 'error', code: 'MODEL_NOT_FOUND', message: 'no', about: 'load', request: 1 });
    panel.receive({ type: 'error', code: 'PORT_OPEN', message: 'no', about: 'connect', request: 2 });
    expect([panel.loading, panel.connecting]).toEqual([undefined, {}]);
    panel.load({ model: 'other' });
    panel.load({ model: 'third' });
    panel.connect('output', 'Synth');
    panel.receive({ type: 'done', request: 3 });
    expect(panel.loading).toEqual({ request: 4, model: 'third' });
    panel.receive({ type: 'done', request: 5 });
    panel.receive({ type: 'done', request: 4 });
    expect([panel.loading, panel.connecting]).toEqual([undefined, {}]);
    panel.load({ model: 'other' });
    panel.lost();
    expect(panel.loading).toBeUndefined();
    panel.receive(welcome);
    line.up = false;
    panel.load({ model: 'other' });
    expect(panel.loading).toBeUndefined();
  });

  it('may go back to what plays while something else is being loaded', () => {
    const { panel, sent, welcome } = made();
    panel.receive(welcome);
    panel.load({ model: 'other' });
    panel.load({ model: 'piano-pop' });
    expect([sent.at(-1), panel.loading]).toEqual([
      { type: 'load', request: 2, model: 'piano-pop' },
      { request: 2, model: 'piano-pop' },
    ]);
  });

  it('moves the now-line only while the session runs or somebody plays', () => {
    const { panel, clock, welcome } = made();
    panel.receive(welcome);
    clock.now = 20;
    expect(panel.viewTime()).toBe(10);
    panel.receive({ type: 'event', event: { ...noteOn, time: 19 } });
    expect(panel.viewTime()).toBe(20);
    panel.receive({ type: 'event', event: { type: 'noteOff', id: 1, time: 21 } });
    clock.now = 30;
    expect(panel.viewTime()).toBe(21);
    panel.receive({ type: 'event', event: { type: 'phase', time: 30, phase: 'waiting' } });
    clock.now = 31;
    expect(panel.viewTime()).toBe(31);
    panel.lost();
    clock.now = 40;
    expect(panel.viewTime()).toBe(31);
  });

  it('draws anew for everything but the notes', () => {
    const { panel, welcome } = made();
    let drawn = 0;
    const end = panel.watch(() => drawn++);
    panel.receive(welcome);
    panel.receive({ type: 'event', event: noteOn });
    panel.receive({ type: 'event', event: { type: 'allOff', time: 10 } });
    expect(drawn).toBe(2);
    end();
    panel.lost();
    expect(drawn).toBe(2);
  });
});
