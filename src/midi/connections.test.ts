import { expect, it } from 'vitest';
import { SequencerConnections, SequencerReader } from './connections.js';

/** What Linux 6.1 says. */
const SAYS = `Client info
  cur  clients : 7
  max  clients : 192

Client   0 : "System" [Kernel Legacy]
  Port   0 : "Timer" (Rwe-)
Client  14 : "Midi Through" [Kernel Legacy]
  Port   0 : "Midi Through Port-0" (RWe-)
    Connecting To: 130:0
    Connected From: 131:0[real:0]
Client  20 : "Keys: "Nice" [ones]" [Kernel Legacy]
  Port   0 : "Keys MIDI 1" (RWeX)
    Connecting To: 128:0[real:0], 129:0
Client 128 : "RtMidi Input Client" [User Legacy]
  Port   0 : "RtMidi Input" (-We-)
    Connected From: 20:0
  Output pool :
    Cells in use       : 0
    Alloc failures     : 5
  Input pool :
    Cells in use       : 0
    Alloc failures     : 17
Client 129 : "RtMidi Input Client" [User Legacy]
  Port   0 : "Continuo" (-We-)
    Connected From: 20:0, 132:0
Client 130 : "RtMidi Input Client" [User Legacy]
  Port   0 : "RtMidi Input" (-We-)
    Connected From: 14:0
Client 131 : "RtMidi Output Client" [User Legacy]
  Port   0 : "RtMidi Output" (R-e-)
    Connecting To: 14:0
Client 132 : "RtMidi Output Client" [User Legacy]
  Port   0 : "Continuo" (R-e-)
    Connecting To: 129:0
Client 133 : "RtMidi Output Client" [User Legacy]
`;

it('says who is at the other end', () => {
  const connections = new SequencerConnections(SAYS);
  expect([128, 129, 132, 133, 7].map((client) => connections.peers(client))).toEqual([
    ['20:0'],
    ['20:0', '132:0'],
    ['129:0'],
    [],
    [],
  ]);
  expect(connections.named('RtMidi Input Client')).toEqual([128, 129, 130]);
});

it('finds loops, straight and through Midi Through, and no other', () => {
  const connections = new SequencerConnections(SAYS);
  const loops = (output: number) => [128, 129, 130].filter((input) => connections.loops(output, input));
  expect([131, 132, 133].map(loops)).toEqual([[130], [129], []]);
  const round = SAYS.replace('Connecting To: 130:0', 'Connecting To: 14:0');
  expect(new SequencerConnections(round).loops(131, 130)).toBe(false);
});

it('knows a port of ours by what is new', () => {
  let text = SAYS;
  const reader = new SequencerReader(() => text);
  const open = (client: string) => () => {
    text += client;
    return client;
  };
  const fresh = 'Client 134 : "RtMidi Input Client" [User Legacy]\n';
  expect(reader.watch('RtMidi Input Client', open(fresh))).toEqual({ port: fresh, id: 134 });
  expect(reader.watch('RtMidi Input Client', open('')).id).toBeNull();
  const two = fresh.replace('134', '135') + fresh.replace('134', '136');
  expect(reader.watch('RtMidi Input Client', open(two)).id).toBeNull();
});

it('says how much was lost that was to be read', () => {
  const connections = new SequencerConnections(SAYS);
  expect([128, 129, 7].map((client) => connections.lost(client))).toEqual([17, 0, 0]);
});

it('is the same while nothing but the counts has changed, and null where nothing is said', () => {
  let text: string | null = SAYS;
  const reader = new SequencerReader(() => {
    if (text === null) throw new Error('hidden');
    return text;
  });
  const first = reader.read();
  text = SAYS.replaceAll('in use       : 0', 'in use       : 9');
  expect(reader.read()).toBe(first);
  text = SAYS.replace('failures     : 17', 'failures     : 18');
  expect(reader.read()?.lost(128)).toBe(18);
  text = SAYS.replace('131:0', '140:0');
  expect(reader.read()).not.toBe(first);
  text = null;
  expect(reader.read()).toBeNull();
  expect(reader.watch('RtMidi Input Client', () => 1).id).toBeNull();
});
