import type { Seconds } from '../../../src/music/units.js';
import { withThemeColours } from '../app/theme-colours.js';
import { pitchName } from '../keyboard/key-map.js';
import { DRUM_LANES, laneHeight, laneTop, strokeBox } from './drum-lanes.js';
import type { NoteStore, RollNote, Voice } from './note-store.js';
import {
  type Box,
  noteBoxes,
  PEDAL_LANE,
  type RollView,
  rowHeight,
  span,
  timeOf,
  xOf,
  yOf,
} from './roll-geometry.js';

export interface Palette {
  readonly ground: string;
  readonly stripe: string;
  readonly line: string;
  readonly muted: string;
  readonly text: string;
  readonly voice: Readonly<Record<Voice, string>>;
}

/** Reads the colours of the current theme at `element`. */
export function readPalette(element: Element): Palette {
  return withThemeColours(element, (colour) => ({
    ground: colour('surface'),
    stripe: colour('ground'),
    line: colour('line'),
    muted: colour('muted'),
    text: colour('text'),
    voice: { player: colour('player'), model: colour('model') },
  }));
}

const BLACK_KEYS: ReadonlySet<number> = new Set([1, 3, 6, 8, 10]);
const VOICES = ['player', 'model'] as const;

/** What is drawn as having sounded by now. */
export interface Moment {
  readonly now: Seconds;
  readonly head: Seconds;
  /** Whether a note is a stroke of a drum; undefined: none is. */
  readonly isDrum?: ((note: RollNote) => boolean) | undefined;
}

/** What is drawn on, where what lies on it, and in which colours. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly view: RollView;
  readonly palette: Palette;
}

/**
 * Draws the roll. Music later than `now` is planned; `head` is the session time at the line: now, or a past moment during playback.
 */
export function paintRoll(sheet: Sheet, store: NoteStore, { now, head, isDrum }: Moment): void {
  const { context, view, palette } = sheet;
  context.clearRect(0, 0, view.width, view.height);
  paintRows(sheet);
  paintLanes(sheet);
  paintSeconds(sheet);
  const left = view.now - span(view);
  const right = view.now + span(view);
  for (const note of store.notes) {
    if ((note.end ?? now) < left || note.start > right) continue;
    if (isDrum?.(note)) {
      paintStroke(sheet, note, now);
      continue;
    }
    const { done, planned } = noteBoxes(note, view, now);
    if (done !== undefined) fill(sheet, done, note);
    if (planned !== undefined) outline(context, planned, palette.voice[note.voice]);
  }
  paintLaneNames(sheet);
  paintPedal(sheet, store, now);
  paintHead(sheet, head);
}

function paintRows({ context, view, palette }: Sheet): void {
  const height = rowHeight(view);
  context.fillStyle = palette.stripe;
  for (let pitch = view.lowest; pitch <= view.highest; pitch++)
    if (BLACK_KEYS.has(pitch % 12)) context.fillRect(0, yOf(pitch, view), view.width, height);
  context.strokeStyle = palette.line;
  context.fillStyle = palette.muted;
  context.lineWidth = 1;
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'bottom';
  for (let pitch = view.lowest; pitch <= view.highest; pitch += 12) {
    const y = Math.round(yOf(pitch, view) + height) - 0.5;
    horizontal(context, y, view.width);
    context.fillText(pitchName(pitch), 4, y - 1);
  }
}

/** The lanes of the drums. */
function paintLanes({ context, view, palette }: Sheet): void {
  if (!view.drums) return;
  const height = laneHeight(view);
  context.fillStyle = palette.ground;
  context.fillRect(0, laneTop(0, view), view.width, view.drums);
  for (const lane of DRUM_LANES.keys()) {
    const y = laneTop(lane, view);
    if (lane % 2 === 0) {
      context.fillStyle = palette.stripe;
      context.fillRect(0, y, view.width, height);
    }
  }
  context.strokeStyle = palette.line;
  horizontal(context, Math.round(laneTop(0, view)) - 0.5, view.width);
}

/** The names of the lanes, legible over what is drawn in them. */
function paintLaneNames({ context, view, palette }: Sheet): void {
  const height = laneHeight(view);
  if (height < 9) return;
  context.font = `${Math.min(11, Math.floor(height))}px system-ui, sans-serif`;
  context.textBaseline = 'middle';
  for (const [lane, { name }] of DRUM_LANES.entries()) {
    const y = laneTop(lane, view);
    context.fillStyle = lane % 2 === 0 ? palette.stripe : palette.ground;
    context.fillRect(0, y + 1, context.measureText(name).width + 8, height - 2);
    context.fillStyle = palette.muted;
    context.fillText(name, 4, y + height / 2);
  }
}

/** A stroke: filled where it has sounded, an outline where it is planned. */
function paintStroke({ context, view, palette }: Sheet, note: RollNote, now: Seconds): void {
  const { planned, ...box } = strokeBox(note, view, now);
  if (planned) {
    outline(context, box, palette.voice[note.voice]);
    return;
  }
  context.globalAlpha = 0.55 + 0.45 * (note.velocity / 127);
  context.fillStyle = palette.voice[note.voice];
  context.fillRect(box.x, box.y, box.width, box.height);
  context.globalAlpha = 1;
}

function paintSeconds({ context, view, palette }: Sheet): void {
  context.strokeStyle = palette.line;
  context.globalAlpha = 0.5;
  const last = timeOf(view.width, view);
  for (let second = Math.max(0, Math.ceil(timeOf(0, view))); second <= last; second++) {
    const x = Math.round(xOf(second, view)) + 0.5;
    vertical(context, x, view.height - PEDAL_LANE);
  }
  context.globalAlpha = 1;
}

/** Fills a note: the player's are solid, the model's hatched; louder ones are denser. A solid edge marks the onset. */
function fill(
  { context, palette }: Sheet,
  box: Box,
  { voice, velocity }: Pick<RollNote, 'voice' | 'velocity'>,
): void {
  context.globalAlpha = 0.55 + 0.45 * (velocity / 127);
  context.fillStyle = palette.voice[voice];
  context.beginPath();
  context.roundRect(box.x, box.y, box.width, box.height, Math.min(3, box.height / 2, box.width / 2));
  context.fill();
  context.globalAlpha = 1;
  if (voice === 'model' && box.height >= 4) hatch(context, box, palette.ground);
  context.fillRect(box.x, box.y, Math.min(3, box.width), box.height);
}

function hatch(context: CanvasRenderingContext2D, box: Box, colour: string): void {
  context.save();
  context.clip();
  context.strokeStyle = colour;
  context.globalAlpha = 0.45;
  context.lineWidth = 2;
  context.beginPath();
  for (let x = box.x - box.height; x < box.x + box.width; x += 7) {
    context.moveTo(x, box.y + box.height);
    context.lineTo(x + box.height, box.y);
  }
  context.stroke();
  context.restore();
}

function outline(context: CanvasRenderingContext2D, box: Box, colour: string): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.strokeRect(box.x + 0.75, box.y + 0.75, Math.max(1, box.width - 1.5), Math.max(1, box.height - 1.5));
}

function paintPedal(sheet: Sheet, store: NoteStore, now: Seconds): void {
  const { context, view, palette } = sheet;
  const top = view.height - PEDAL_LANE;
  context.strokeStyle = palette.line;
  horizontal(context, top + 0.5, view.width);
  VOICES.forEach((voice, index) => {
    const y = top + 5 + index * 9;
    let since: Seconds | undefined;
    const bar = (from: Seconds, to: Seconds) =>
      fill(
        sheet,
        { x: xOf(from, view), y, width: xOf(to, view) - xOf(from, view), height: 6 },
        { voice, velocity: 127 },
      );
    for (const mark of store.pedal) {
      if (mark.voice !== voice) continue;
      if (mark.down) since ??= mark.time;
      else if (since !== undefined) {
        bar(since, mark.time);
        since = undefined;
      }
    }
    if (since !== undefined) bar(since, Math.max(now, since));
  });
  context.fillStyle = palette.muted;
  context.textBaseline = 'middle';
  context.fillText('pedal', 4, top + PEDAL_LANE / 2 + 1);
}

function paintHead({ context, view, palette }: Sheet, head: Seconds): void {
  const x = Math.round(xOf(head, view)) + 0.5;
  context.strokeStyle = palette.text;
  context.lineWidth = 1;
  vertical(context, x, view.height);
}

/** A line over the width of the roll. */
function horizontal(context: CanvasRenderingContext2D, y: number, width: number): void {
  context.beginPath();
  context.moveTo(0, y);
  context.lineTo(width, y);
  context.stroke();
}

/** A line from the top down to `bottom`. */
function vertical(context: CanvasRenderingContext2D, x: number, bottom: number): void {
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, bottom);
  context.stroke();
}
