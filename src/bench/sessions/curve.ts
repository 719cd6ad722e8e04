import { HELD_MS } from './punctuality.js';
import type { SessionsResult, SessionsStep } from './sessions.js';

const WIDTH = 640;
const HEIGHT = 220;
const LEFT = 64;
const BOTTOM = 36;
const TOP = 40;

interface Chart {
  readonly title: string;
  readonly value: (step: SessionsStep) => number;
  /** A bound that is drawn as a line. */
  readonly bound?: number;
}

const CHARTS: readonly Chart[] = [
  {
    title: 'Lateness of notes, p99 of all sessions, milliseconds',
    value: ({ latenessMsP99 }) => latenessMsP99,
    bound: HELD_MS,
  },
  {
    title: 'From the hand-over to the first note, p99, milliseconds',
    value: ({ handOverMsP99 }) => handOverMsP99,
  },
  { title: 'Processor time, percent of one core, all sessions', value: ({ cpuPercent }) => cpuPercent },
  { title: 'Memory of the host, MB', value: ({ memoryMb }) => memoryMb },
];

/** The cost of sessions as an SVG picture: a curve for lateness, processor time and memory. */
export function costCurve({ steps, held }: SessionsResult, machine: string): string {
  const height = CHARTS.length * HEIGHT + 40;
  const charts = CHARTS.map((chart, index) => drawn(chart, steps, 30 + index * HEIGHT));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>What sessions cost: ${held} held (${machine})</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="white"/>`,
    `<text x="${LEFT}" y="20" font-size="14">${held} sessions held (${machine})</text>`,
    ...charts,
    '</svg>\n',
  ].join('\n');
}

function drawn({ title, value, bound }: Chart, steps: readonly SessionsStep[], top: number): string {
  const most = Math.max(1, ...steps.map(value), bound ?? 0) * 1.1;
  const last = Math.max(2, ...steps.map(({ sessions }) => sessions));
  const [from, to] = [top + TOP, top + HEIGHT - BOTTOM];
  // By doublings, so that one, two and four do not lie on one another.
  const x = (sessions: number) => LEFT + ((WIDTH - LEFT - 20) * Math.log2(sessions)) / Math.log2(last);
  const y = (amount: number) => to - ((to - from) * amount) / most;
  const points = steps.map((step) => `${x(step.sessions).toFixed(1)},${y(value(step)).toFixed(1)}`);
  const marks = steps.map((step) => {
    const [across, down] = [x(step.sessions).toFixed(1), y(value(step))];
    return (
      `<circle cx="${across}" cy="${down.toFixed(1)}" r="3" fill="#1f6feb"/>` +
      `<text x="${across}" y="${(down - 7).toFixed(1)}" text-anchor="middle" font-size="10">${figure(value(step))}</text>` +
      `<text x="${across}" y="${to + 16}" text-anchor="middle" fill="#555">${step.sessions}</text>`
    );
  });
  const limit =
    bound === undefined
      ? ''
      : `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(bound).toFixed(1)}" y2="${y(bound).toFixed(1)}" stroke="#c33" stroke-dasharray="4 3"/>`;
  return [
    `<text x="${LEFT}" y="${top + 20}" font-weight="bold">${title}</text>`,
    `<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${to}" y2="${to}" stroke="#999"/>`,
    limit,
    `<polyline points="${points.join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...marks,
    `<text x="${WIDTH - 20}" y="${to + 31}" text-anchor="end" fill="#555">sessions</text>`,
  ].join('\n');
}

const figure = (value: number) => (value < 10 ? value.toFixed(1) : value.toFixed(0));
