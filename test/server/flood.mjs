// A client that does not behave: node flood.mjs ADDRESS KIND SECONDS PER_SECOND [CLIENTS] [PATH]. Comes back whenever it is let go.
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

const [address, kind, seconds, perSecond, clients = '1', path = '/session'] = process.argv.slice(2);
const end = Date.now() + 1000 * Number(seconds);
const TICK_MS = 5;
const counts = { sent: 0, connected: 0, served: 0, refused: 0, closed: {} };

const play = (event) => ({ type: 'play', event });
const task = { plugin: 'folk', options: { form: 'AABB', bars: 8, range: 'any', bestOf: 1 } };
/** The message that the flood sends next. */
const MESSAGES = {
  'pedal-held': () => play({ type: 'pedal', down: true }),
  pedal: (i) => play({ type: 'pedal', down: i % 2 === 0 }),
  notes: (i) => play({ type: 'noteOn', pitch: i % 128, velocity: 100 }),
  releases: (i) => play({ type: 'noteOff', pitch: i % 128 }),
  params: (i) => ({
    type: 'command',
    command: { type: 'param', id: 'temperature', value: 0.5 + (i % 100) / 100 },
  }),
  again: () => ({ type: 'command', command: { type: 'again' } }),
  earlier: (i) => ({ type: 'earlier', before: i }),
  pings: (i) => ({ type: 'ping', id: i }),
  hellos: () => ({ type: 'hello', version: 2 }),
  loads: (i) => ({
    ...{ type: 'load', request: i },
    ...[
      { plugin: 'folk', model: 'folk-session' },
      { plugin: 'piano', model: 'piano-pop-start' },
    ][i % 2],
  }),
  'no-loads': (i) => ({ type: 'load', request: i, plugin: 'piano', model: `none-${i}` }),
  ports: (i) => ({ type: 'connect', request: i, which: 'output', port: null }),
  pieces: (i) =>
    i % 2 === 0 ? { type: 'makePiece', request: i, task } : { type: 'cancelPiece', request: i - 1 },
  // Some open, until the host is full; what they close is not there.
  opens: (i) =>
    i % 2 === 0 ? { type: 'openSession', request: i } : { type: 'closeSession', request: i, id: 'nothere1' },
  garbage: () => '{"type":',
  large: () => ({ type: 'garbage', text: 'x'.repeat(60_000) }),
};

function flood() {
  if (Date.now() >= end) return;
  const socket = new WebSocket(new URL(path, address.replace('http', 'ws')));
  let timer;
  socket.on('open', () => {
    counts.connected++;
    socket.send(JSON.stringify({ type: 'hello', version: 2 }));
    let sent = 0;
    const began = Date.now();
    timer = setInterval(() => {
      if (Date.now() >= end) return socket.close();
      const due = ((Date.now() - began) * Number(perSecond)) / 1000;
      while (sent < due && socket.readyState === WebSocket.OPEN && socket.bufferedAmount < 2 ** 20) {
        const message = MESSAGES[kind](sent++);
        socket.send(typeof message === 'string' ? message : JSON.stringify(message));
        counts.sent++;
      }
    }, TICK_MS);
  });
  socket.on('unexpected-response', (request) => {
    counts.refused++;
    request.destroy();
  });
  socket.on('error', () => {});
  socket.on('close', (code) => {
    clearInterval(timer);
    counts.closed[code] = (counts.closed[code] ?? 0) + 1;
    if (Date.now() < end) setTimeout(flood, 20);
  });
}

/** Begins requests, or opens sessions, and never goes on. */
function halfOpen() {
  if (Date.now() >= end) return;
  const { hostname, port, host } = new URL(address);
  const socket = connect(Number(port), hostname, () => {
    counts.connected++;
    if (kind === 'half-requests') socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `);
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    const upgrade = `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}`;
    if (kind === 'half-sessions')
      socket.write(`GET /session HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n\r\n`);
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    counts.closed.tcp = (counts.closed.tcp ?? 0) + 1;
  });
  setTimeout(halfOpen, 1000 / Number(perSecond));
}

/** Asks for the file behind the `=` over and over, whatever comes. */
function ask(agent) {
  if (Date.now() >= end) return;
  counts.sent++;
  const again = () => setTimeout(() => ask(agent), 1000 / Number(perSecond));
  const request = get(new URL(kind.split('=')[1], address), { agent }, (response) => {
    if (response.statusCode === 429) counts.refused++;
    else counts.served++;
    response.resume();
    response.once('close', again);
  });
  request.once('socket', (socket) => {
    if (!socket.counted) counts.connected++;
    socket.counted = true;
  });
  request.once('error', again);
}

const starts = {
  half: halfOpen,
  file: () => ask(new Agent({ keepAlive: true, maxSockets: 1 })),
};
const begin = starts[kind.split(/[-=]/)[0]] ?? flood;
for (let i = 0; i < Number(clients); i++) begin();
setTimeout(
  () => {
    process.stdout.write(`${JSON.stringify(counts)}\n`);
    process.exit(0);
  },
  1000 * Number(seconds) + 300,
);
