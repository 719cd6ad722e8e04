import { expect, it } from 'vitest';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import type { Tune, Voice } from './tune.js';

const HEAD = 'X:1\nT:t\nM:4/4\nL:1/4\nK:C\n';
const read = (music: string, head = HEAD) => readAbc(`${head}${music}\n`)[0]!;
const tuneOf = (music: string, head = HEAD): Tune => {
  const { tune, refusal } = read(music, head);
  expect(refusal).toBeUndefined();
  return tune!;
};
const pitches = (tune: Pick<Tune, 'key' | 'body'>) => soundingNotes(tune).map(({ pitch }) => pitch);
const timed = (tune: Tune | Voice) =>
  tune.body.filter(({ kind }) => kind === 'note' || kind === 'chord' || kind === 'rest');

it('keeps graces, decorations, chord symbols and texts with the note that they stand at', () => {
  const [note] = timed(tuneOf('"Am7/E""^slow"{/g2^f}!trill!~TC'));
  expect(note).toMatchObject({
    chord: 'Am7/E',
    annotations: ['^slow'],
    decorations: ['trill', 'roll', 'trill'],
    graces: {
      slashed: true,
      notes: [
        { pitch: { step: 11 }, duration: { num: 4, den: 1 } },
        { pitch: { step: 10, accidental: 1 }, duration: { num: 2, den: 1 } },
      ],
    },
  });
});

it('knows signs as U: defines them, and says which nothing defines', () => {
  const head = 'X:1\nU:T=!accent!\nU: n = "^up"\nU:~=!nil!\nM:4/4\nL:1/4\nK:C\n';
  const [first, second] = timed(tuneOf('TC n~D EF|', head));
  expect(first!.decorations).toEqual(['accent']);
  expect(second).toMatchObject({ annotations: ['^up'] });
  expect(second!.decorations).toBeUndefined();
  expect(read('hC D|').warnings[0]!.reason).toMatch(/nothing defines/);
});

it('gives what a line ends with to its last sign', () => {
  const { body } = tuneOf('C4|!segno!D4 !fine!|\nE4|"D.C."\nF4|');
  expect(
    body.flatMap(({ kind, decorations, annotations }) =>
      (decorations ?? annotations) ? [kind, decorations ?? annotations] : [],
    ),
  ).toEqual([...['note', ['segno'], 'bar', ['fine'], 'bar', ['D.C.']]]);
});

it.each([
  ['K:C octave=-1', 'c [K:G]f [K:C octave=0]c', [60, 66, 72]],
  ['K:C treble-8', 'c [K:bass]c', [60, 72]],
  ['K:C clef=treble+8', 'c', [84]],
  ['K:C transpose=-2', 'c [K:transpose=0]c', [70, 72]],
  ['K:E\nK:clef=bass', 'C D F G', [61, 63, 66, 68]],
  ['K:D clef=bass middle=d', 'F B F', [66, 71, 66]],
  ['K:F clef=bass', 'B', [70]],
  ['K:B♭', 'B E', [70, 63]],
  ['K:F♯m', 'F', [66]],
  ['K:D', 'F [K:clef=bass]F [K:treble]c', [66, 66, 73]],
])('reads %s', (key, music, expected) => {
  expect(pitches(tuneOf(music, `X:1\nL:1/4\n${key}\n`))).toEqual(expected);
});

it.each([
  ['not', '^F F f|F', [66, 65, 77, 65]],
  ['octave', '^F F f|F', [66, 66, 77, 65]],
  ['pitch', '^F F f|F', [66, 66, 78, 65]],
])('propagates accidentals as %%propagate-accidentals %s says', (said, music, expected) => {
  expect(pitches0(tuneOf(music, `X:1\n%%propagate-accidentals ${said}\nL:1/4\nK:C\n`))).toEqual(expected);
  expect(pitches0(tuneOf(music, `X:1\nI:propagate-accidentals ${said}\nL:1/4\nK:C\n`))).toEqual(expected);
});
const pitches0 = (tune: Tune) => soundingNotes(tune).map(({ pitch }) => pitch);

it('holds an accidental of a grace to the end of the bar', () => {
  expect(pitches(tuneOf('{^f}g f|f'))).toEqual([79, 78, 77]);
});

it.each([
  ['Q:120', 240],
  ['Q:C=120', 120],
  ['Q:C3=40', 120],
  ['Q:1/4=120', 240],
  ['Q: 3/8 = 100 ', 300],
  ['Q:1/4 3/8 1/4 3/8=40', 400],
  ['Q:"Allegro" 1/4=60.5', 121],
  ['Q:1/2=60 "slow"', 240],
  ['Q:"Slow"', undefined],
  ['Q:1/4=0', undefined],
])('reads %s as %s eighths a minute', (field, speed) => {
  expect(tuneOf('C', `X:1\nL:1/8\n${field}\nK:C\n`).speed).toBe(speed);
});

it('says where a tempo cannot be read, and keeps changes at their notes', () => {
  expect(read('C', 'X:1\nQ:1/4=abc 5\nK:C\n').warnings).toHaveLength(1);
  const [, , changed] = timed(tuneOf('CD|[Q:1/4=60]E\nQ:C2=30\nF'));
  expect(changed!.tempo).toEqual({ text: '1/4=60', eighths: 120 });
  expect(timed(tuneOf('CD\nQ:C2=30\nF'))[2]!.tempo).toEqual({ text: 'C2=30', eighths: 120 });
});

it('reads voices, each with its own key, clef and length', () => {
  const { voices, body } = tuneOf(
    'V:1\nGABc|\n[V:2]G,2 [L:1/8]F,4|\nV:1\nF4|\n[V:2] [K:F]B,8|',
    'X:1\nM:4/4\nL:1/4\nV:2 name="Low" octave=-1\nV:1\nK:G\n',
  );
  expect(voices!.map(({ id, name, place }) => [id, name, place.line])).toEqual([
    ['2', 'Low', 9],
    ['1', undefined, 7],
  ]);
  expect(body).toBe(voices![0]!.body);
  expect(pitches(voices![0]!)).toEqual([43, 42, 46]);
  expect(pitches(voices![1]!)).toEqual([67, 69, 71, 72, 66]);
});

it('reads what & lays over a bar as a voice with rests in the other bars', () => {
  const { voices } = tuneOf('|:C4|D4 & E2F2 & G4|A4:|');
  expect(voices!.map(({ layer }) => layer)).toEqual([0, 1, 2]);
  expect(voices!.map((voice) => soundingNotes(voice).map(({ pitch, start }) => [pitch, start.num]))).toEqual([
    [
      [60, 0],
      [62, 8],
      [69, 16],
    ],
    [
      [64, 8],
      [65, 12],
    ],
    [[67, 8]],
  ]);
  expect(read('C4 & D5|').warnings[0]!.reason).toMatch(/longer than its bar/);
});

it.each([
  ['a line of HTML', 'C4|\n</html>\n', 7, /no music/],
  ['a tag in a line', 'C4|<br>\n', 6, /HTML/],
  ['words', 'C4|\nTranscribed by J. Smith\n', 7, /no music/],
  ['blanks before lengths', 'C 2 D2|', 6, /closed up/],
  ['a macro that stands for nothing', 'm:~C3\nC4|', 6, /macro/],
  ['what %%MIDI says and is not followed', '%%MIDI drum d2 76\nC4|', 6, /%%MIDI drum d2 76 is not followed/],
  ['what I: says and is not followed', 'C4|[I:MIDI gchord fzcz]D4|', 6, /not followed/],
  ['another instrument on the way', 'C4|\n%%MIDI program 73\nD4|', 7, /program 73/],
  ['a tag behind a field', 'C4|\nK:G<br>\nD4|', 7, /<br> is HTML/],
  ['graces that no note follows', 'C4|D4 {E}|', 6, /graces with no note after/],
  ['a chord symbol that no note follows', 'C4|"G"', 6, /a chord symbol with no note after/],
  ['a chord of other countries', '"H7"C4|', 6, /"H7" is no chord symbol/],
  ['a control character', 'C2\0 C2|', 6, /character 00 is passed over/],
  ['an ending named by a text', '|:C4|["last"D4|', 6, /ending/],
  ['music after an empty line', 'C4|\n\nD4|E4|', 8, /belongs to no tune/],
  ['a block that never ends', 'C4|\n%%begintext\nD4|', 7, /never ends/],
])('passes over %s with a warning in its line', (_, music, line, reason) => {
  const { warnings, tune } = read(music);
  expect(tune).toBeDefined();
  expect(warnings).toEqual([
    { place: { line, column: expect.any(Number) }, reason: expect.stringMatching(reason) },
  ]);
});

it('reads no music in blocks of text, nor a tune that begins in one', () => {
  const text = `X:1\n%%begintext\nX:2\n\nGAB|\n%%endtext\nL:1/4\nK:C\nCDEF|GABc|]\n%%beginps\nfed|\n%%endps\n%%beginsvg\ngfe|\n%%endsvg\n`;
  const tunes = readAbc(text);
  expect(tunes).toHaveLength(1);
  expect(tunes[0]!.warnings).toEqual([]);
  expect(pitches(tunes[0]!.tune!)).toHaveLength(8);
});

it('finds tunes without X:, and a tune whose header has an empty line', () => {
  const two = readAbc('T:one\nM:4/4\nL:1/4\nK:C\nCDEF|]\n\nT:two\nM:4/4\nL:1/4\nK:C\nFEDC|]\n');
  expect(two.map(({ title, tune }) => [title, pitches(tune!)])).toEqual([
    ['one', [60, 62, 64, 65]],
    ['two', [65, 64, 62, 60]],
  ]);
  const [split, ...more] = readAbc('X:1\nT:t\n\nM:4/4\nK:G\nFG|\n');
  expect(more).toEqual([]);
  expect(pitches(split!.tune!)).toEqual([66, 67]);
  expect(split!.warnings).toHaveLength(1);
});

it('reads past an end of file of DOS, zero-width signs and byte order marks within a file', () => {
  const tune = 'X:1\nT:t\u200B\nM:4/4\nL:1/4\nK:C\u200E\nCD\u200BEF|\u00A0GABc|]\n';
  for (const text of [
    `${tune}\x1A`,
    `${tune}\x1A\n`,
    tune.replace(/\n$/, '\x1A'),
    `${tune}\n\uFEFF${tune}\n\x1A`,
  ])
    for (const read of readAbc(text)) {
      expect(read.refusal).toBeUndefined();
      expect(read).toMatchObject({ number: '1', title: 't', warnings: [] });
      expect(pitches(read.tune!)).toEqual([60, 62, 64, 65, 67, 69, 71, 72]);
    }
  expect(readAbc(`${tune}\n\uFEFF${tune}`)).toHaveLength(2);
});

it('reads tunes with tags of a page around their fields, and says so', () => {
  const text =
    '<pre>\n<p>X:1<br>\nT:The Kesh &amp; Co<br />\nM:4/4</p>\n<b>L:1/4</b><br>\n<span class="k">K:D</span>&nbsp;<br>\nFEDF|<br>\n</pre>\n';
  const [read, ...others] = readAbc(text);
  expect(others).toEqual([]);
  expect(read).toMatchObject({ number: '1', title: 'The Kesh &amp; Co' });
  expect(soundingNotes(read!.tune!).map(({ pitch, duration }) => [pitch, duration.num])).toEqual([
    [66, 2],
    [64, 2],
    [62, 2],
    [66, 2],
  ]);
  expect(read!.warnings.map(({ place }) => place.line)).toEqual([2, 2, 3, 4, 5, 5, 6, 6, 7, 8]);
});

it('sounds where %%MIDI says, each voice by itself, and with its instrument', () => {
  const { voices } = tuneOf(
    'V:1\nCC|\nV:2\n%%MIDI transpose -12\nC|\nV:1\nC|\nV:2\n[I:MIDI rtranspose 2]C|',
    'X:1\nM:4/4\nL:1/4\n%%MIDI program 1 73\n%%MIDI transpose 1\nK:C\n',
  );
  expect(voices!.map(pitches)).toEqual([
    [61, 61, 61],
    [48, 50],
  ]);
  expect(voices!.map(({ program }) => program)).toEqual([73, 73]);
  const [, second] = readAbc('%%MIDI transpose 2\n\nX:1\nK:C\nC\n\nX:2\n%%MIDI transpose 0\nK:C\nC\n');
  expect(pitches(second!.tune!)).toEqual([60]);
});

it('reads tunes as folk-rnn prints them, and a tuplet of one', () => {
  const spaced = tuneOf('c 3 d c 2 B 2 | A 8 |]', 'M:4/4\nL:1/8\nK:Cmaj\n');
  expect(soundingNotes(spaced).map(({ duration }) => duration.num)).toEqual([3, 1, 2, 2, 8]);
  expect(soundingNotes(tuneOf('(1:2:1C D3|')).map(({ duration }) => duration.num)).toEqual([4, 6]);
});

it('names a chord inside its brackets', () => {
  expect(timed(tuneOf('["Am"CE]2 D2|'))[0]).toMatchObject({ kind: 'chord', chord: 'Am' });
});
