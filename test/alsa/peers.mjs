// Other programs on the ALSA machine, and ways to wait for what they do. Runs there, under plain Node.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Calls `look` until it returns something, for at most `seconds`. The emulated machine is slow: under load a program took two minutes to open its ports. */
export async function until(what, look, seconds = 300) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const found = await look();
    if (found) return found;
    await sleep(20);
  }
  throw new Error(`waited ${seconds} s for ${what}; the sequencer has:\n${sequencer()}`);
}

/** The sequencer's clients, ports and connections, in ALSA's words. */
export function sequencer() {
  return readFileSync('/proc/asound/seq/clients', 'utf8');
}

/**
 * The ports of the sequencer: `address` is what aplaymidi's and arecordmidi's -p takes ("128:0"), `connected` the
 * addresses of the ports on the other ends.
 */
export function ports() {
  const all = [];
  let client;
  for (const line of sequencer().split('\n')) {
    const heading = /^Client +(\d+) : "(.*)" \[/.exec(line);
    const port = /^ +Port +(\d+) : "(.*)" \(/.exec(line);
    const connection = /^ +Connect(?:ing To|ed From): (.*)/.exec(line);
    if (heading) client = { number: heading[1], name: heading[2] };
    else if (port)
      all.push({ client: client.name, name: port[2], address: `${client.number}:${port[1]}`, connected: [] });
    else if (connection) all.at(-1).connected.push(...connection[1].match(/\d+:\d+/g));
  }
  return all;
}

/** The first port whose client's or own name has `part` in it, when there is one. */
export const portNamed = (part) =>
  until(`a port "${part}"`, () => ports().find(({ client, name }) => `${client}:${name}`.includes(part)));

/** That same port, when somebody is connected to it. */
export const connectedPort = (part) =>
  until(`somebody at "${part}"`, () =>
    ports().find(({ client, name, connected }) => `${client}:${name}`.includes(part) && connected.length > 0),
  );

const running = new Set();

/**
 * Starts a program beside this one. `output()` is what it has written so far; `said(pattern)` waits for it to write that;
 * `send(signal)` sends it one; `end(signal)` waits for it to stop, by itself or by the signal, and gives { code, output }: its exit status, or the name of the
 * signal that ended it.
 */
export function startPeer(command, ...args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
  let over;
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: -1, output: `${text}${error}` }));
    child.once('close', (code, signal) => resolve({ code: code ?? signal, output: text }));
  }).then((end) => {
    over = end;
    running.delete(child);
    return end;
  });
  const heard = (pattern) => {
    const found = pattern.exec(text);
    if (!found && over)
      throw new Error(`${command} ended (${over.code}) before it said ${pattern}; it said:\n${text}`);
    return found;
  };
  return {
    output: () => text,
    said: (pattern, seconds) =>
      until(`${pattern} from ${command} ${args.join(' ')}`, () => heard(pattern), seconds).catch((error) => {
        throw new Error(`${error.message}\nso far it has said:\n${text}`);
      }),
    send: (signal) => child.kill(signal),
    end(signal) {
      if (signal) child.kill(signal);
      return ended;
    },
  };
}

/** Ends the peers that still run, so that the machine can go down. */
export function endPeers() {
  for (const child of running) child.kill('SIGKILL');
}
