import type { StreamEvent } from '../../../codec/codec.js';
import { ContinuoError } from '../../../errors.js';
import { TICKS_PER_BEAT, timeAt } from '../../../music/beats/beat-map.js';
import type { Note, PerformanceEvent } from '../../../music/note.js';
import { applyPedal } from '../../../music/pedal.js';
import type { OfflineExtension, OfflinePart, OfflineRequest } from '../../../plugin/offline.js';
import { FOLLOWERS, type Follower } from '../codec/step.js';
import { CODEC_ID, ensembleVocabulary, START } from '../codec/vocabulary.js';
import { listening, parseLeaderOdds } from '../gestures/leader-odds.js';
import { plannedAt } from '../harmony/plan/plan.js';
import { liveCodec, VOICES } from '../live/live.js';
import { EnsembleStream } from '../live/stream.js';
import type manifest from '../plugin.json';
import { leadOf } from './lead.js';
import { ledBeats } from './led.js';
import { type FileScore, scoreOf } from './score.js';

type Params = typeof manifest.params;
type Options = typeof manifest.offline.options;
type Request = OfflineRequest<Params, Options>;

/** Of a beat: a leader who is this late is still on it. */
const LATE = 0.03;
/** A note may ring so long after the end. */
const MOST_RINGING = 4;

/** A note in beats, of whom. */
type BandNote = Note & { readonly part: Follower };

/** Accompanies a melody, a lead sheet or any file in which somebody leads, from its first bar to its last. */
export const ensembleOffline: OfflineExtension<Params, Options> = {
  codec: (modelCodec) => (modelCodec === CODEC_ID ? liveCodec : null),
  voices: VOICES,
  play(request) {
    const { piece, performance, until } = request;
    const lead = leadOf(piece, request.options.lead);
    if (until <= lead.notes[0]!.start)
      throw new ContinuoError(
        'OPTION_VALUE',
        `Expected more of the file than its first ${until.toFixed(1)} s, since its leader begins at ${lead.notes[0]!.start.toFixed(1)} s.`,
        'Give a larger --seconds, or none.',
      );
    // A bar of one quarter is no meter, but what a program writes that knows none.
    const saysMeter = piece.timeSignatures.some(
      ({ numerator, denominator }) => numerator / denominator > 1 / 3,
    );
    const all = applyPedal(performance);
    const score = scoreOf(
      { leader: lead.notes, all, saysMeter, keys: piece.keySignatures },
      request.beats(),
      until,
    );
    return partsOf(playBand(request, score), score, until);
  },
};

/** The band plays in beats, a second each, so that the file's own tempo, however it changes, is laid over it afterwards. */
function playBand(request: Request, score: FileScore): BandNote[] {
  const { bar, leader, plan, enters } = score;
  const led = ledBeats(leader, plan);
  const stream = new EnsembleStream(0, {
    planned: (beat) => plannedAt(plan, beat),
    led: (beat) => led[Math.max(0, Math.min(beat, led.length - 1))]!,
    enters,
  });
  stream.setParams({ ...request.params, beatsABar: bar });
  stream.setPulse({ period: 1, beatAt: 0, bar: true }, 0);
  const last = plan.length;
  stream.beginTurn(last, 'along');
  const end = stream.turnEnd ?? last;
  const draw = drawing(request, stream);
  const notes = new OpenNotes();
  const events = eventsOf(leader);
  let next = 0;
  while (stream.head < end) {
    // As a session does: what the leader strikes is heard before what comes after it is decided.
    const heard = (time: number) => (stream.decides ? time <= stream.head + LATE : time < stream.head);
    while (next < events.length && heard(events[next]!.time)) stream.feed(events[next++]!);
    for (const event of stream.accept(draw())) notes.add(event);
    request.progress(Math.min(1, stream.head / end));
  }
  for (const event of stream.release().events) notes.add(event);
  return notes.all;
}

/** Draws the next token: the network's, where there is a choice. */
function drawing({ model, params }: Request, stream: EnsembleStream): () => number {
  if (model === null)
    throw new ContinuoError(
      'MODEL_NOT_FOUND',
      'Expected a model, since the band plays with one.',
      'Name one with --model.',
    );
  const { engine, metadata } = model;
  const odds = parseLeaderOdds(metadata);
  const listens = odds && listening(odds);
  const draw = model.createDraw(0, params);
  const states = [engine.createState()];
  const mask = new Uint8Array(ensembleVocabulary.size);
  const biased = new Float32Array(ensembleVocabulary.size);
  let logits = engine.step(states, [START]);
  return () => {
    mask.fill(1);
    stream.forbid(mask);
    biased.set(logits.subarray(0, biased.length));
    stream.lean(biased, listens);
    const token = draw(biased, mask);
    logits = engine.step(states, [token]);
    return token;
  };
}

/** The leader's notes as a player's events. */
function eventsOf(notes: readonly Note[]): Exclude<PerformanceEvent, { type: 'pedal' }>[] {
  return notes
    .flatMap(({ pitch, velocity, start, end }) => [
      { type: 'noteOn' as const, time: start, pitch, velocity },
      { type: 'noteOff' as const, time: end, pitch },
    ])
    .sort((a, b) => a.time - b.time || (a.type === b.type ? 0 : a.type === 'noteOff' ? -1 : 1));
}

/** Makes notes of events. */
class OpenNotes {
  readonly all: BandNote[] = [];
  readonly #open = new Map<string, Extract<StreamEvent, { type: 'noteOn' }>>();

  add(event: StreamEvent): void {
    if (event.type === 'pedal') return;
    const key = `${event.part} ${event.pitch}`;
    const begun = this.#open.get(key);
    if (event.type === 'noteOn') {
      this.#open.set(key, event);
      return;
    }
    this.#open.delete(key);
    if (begun === undefined || event.time <= begun.time) return;
    const { pitch, velocity, time, part } = begun;
    this.all.push({ pitch, velocity, start: time, end: event.time, part: part as Follower });
  }
}

/** The band's notes in the file's seconds. */
function partsOf(notes: readonly BandNote[], { map }: FileScore, until: number): OfflinePart[] {
  const at = (beat: number) => timeAt(map, beat * TICKS_PER_BEAT);
  return FOLLOWERS.map((voice) => ({
    voice,
    notes: notes
      .filter(({ part, start }) => part === voice && at(start) < until)
      .map(({ pitch, velocity, start, end }) => ({
        ...{ pitch, velocity, start: Math.max(0, at(start)) },
        end: Math.min(at(end), until + MOST_RINGING),
      }))
      .filter(({ start, end }) => end > start),
  }));
}
