/** What the sessions of a cluster have left, looked at: takes, and the notes that hosts told. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTake, replayOf } from '../dist/host/takes/library/music.js';
import { applyRecord, isTimed, lengthAtRestart, streamOf } from '../dist/session/take.js';

/**
 * Opens all takes: each must replay by itself, token for token; and one that goes on from another must begin with the other's tokens, up to
 * where that was known.
 */
export async function lookAtTakes(folders) {
  const troubles = [];
  const takes = [];
  for (const folder of folders)
    for (const name of readdirSync(folder)) {
      if (name.startsWith('.')) continue;
      const opened = await openTake(join(folder, name));
      takes.push({ name, folder, ...opened });
      const trouble = await troubleOf(opened);
      if (trouble !== null) troubles.push(`take ${folder}/${name}: ${trouble}`);
    }
  let [handOvers, tokens] = [0, 0];
  for (const take of takes) {
    const from = take.take?.header.resumed?.take;
    if (!from) continue;
    const before = takes.filter(({ name, take: one }) => name === from && one);
    if (before.length === 0) continue;
    handOvers++;
    const found = before.map((one) => differs(one.take, take.take));
    const best = found.find(({ at }) => at === null) ?? found[0];
    tokens += best.compared;
    if (best.at !== null)
      troubles.push(`take ${take.folder}/${take.name}: differs from ${from} at token ${best.at}`);
  }
  return { troubles, count: takes.length, handOvers, tokens };
}

async function troubleOf(opened) {
  if (opened.damage !== null) return opened.damage.message;
  try {
    const { same, differsAt } = await replayOf(opened.take);
    return same ? null : `its replay differs from ${differsAt} on`;
  } catch (error) {
    return error.message;
  }
}

/** Where the stream of the take before, as it stood when the next one had caught up, differs from the next one's; null: nowhere. */
function differs(before, next) {
  // It caught up to its first pause, or to where it is played live.
  const caughtUp = next.records.findIndex(({ type }) => type === 'pause');
  // What comes of the last of them is told after it, and may have been cut off.
  const end = next.records.findLastIndex((record, index) => index < caughtUp && isTimed(record));
  const now = streamAfter(next, next.records.slice(0, end + 1), 0);
  const same = end < 0 ? '' : JSON.stringify(next.records[end]);
  const last = before.records.findLastIndex((record) => JSON.stringify(record) === same);
  // It went on from the state alone.
  if (last < 0) return { at: null, compared: 0 };
  const was = streamAfter(before, before.records.slice(0, last + 1), now[0]);
  const length = Math.min(was.length, now.length);
  for (let at = 0; at < length; at++) if (was[at] !== now[at]) return { at, compared: length };
  return { at: null, compared: length };
}

/** `first`: the token that each stream of the codec begins with. */
function streamAfter({ start }, records, first) {
  const begins = start?.members.find(({ id }) => id === 'lead')?.resumption.tokens;
  const tokens = begins ? Array.from(begins) : [first];
  for (const record of records) {
    const restarted = lengthAtRestart(record, undefined);
    if (restarted !== null) tokens.length = restarted;
    else if (streamOf(record) === undefined) applyRecord(tokens, record);
  }
  return tokens;
}

/** Looks at what scripts/note-log.mjs wrote: once a host has a session, no host before may tell a note of it. */
export function lookAtNotes(folder) {
  const lines = readFileSync(join(folder, 'notes.jsonl'), 'utf8').split('\n').filter(Boolean).map(parsed);
  const stays = new Map();
  for (const said of lines.filter(Boolean)) {
    const { stay, session, at } = said;
    const one = stays.get(stay) ?? { stay, session, begins: at, last: 0, notes: 0 };
    one.session ??= session;
    if (said.begins) one.begins = at;
    else {
      one.last = Math.max(one.last, at);
      one.notes++;
    }
    stays.set(stay, one);
  }
  const troubles = [];
  const all = [...stays.values()];
  for (const one of all)
    for (const other of all) {
      if (one === other || one.session !== other.session || other.begins <= one.begins) continue;
      if (one.last > other.begins)
        troubles.push(
          `session ${one.session}: ${one.stay} told a note ${(1000 * (one.last - other.begins)).toFixed(1)} ms after ${other.stay} had it`,
        );
    }
  return { troubles, stays: all.length, count: all.reduce((sum, { notes }) => sum + notes, 0) };
}

/** A line that was cut off by a kill is none. */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
