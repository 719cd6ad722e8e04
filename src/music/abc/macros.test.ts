import { describe, expect, it } from 'vitest';
import { Macros } from './macros.js';
import { soundingNotes } from './notes.js';
import { readAbc } from './read.js';
import { transposeText } from './transpose-text.js';

const expanded = (definitions: readonly string[], line: string): string => {
  const macros = new Macros();
  for (const definition of definitions) expect(macros.define(definition)).toBe(true);
  return macros.expand(line).text;
};

describe('macros', () => {
  it.each([
    // The examples of ABC 2.1, 9.1 and 9.2.
    [['~g2={a}g{f}g'], '~g2 ~g3 ~G2 ~g2|', '{a}g{f}g ~g3 ~G2 {a}g{f}g|'],
    [[' ~G3 = G{A}G{F}G '], 'A~G3|', 'AG{A}G{F}G|'],
    [['~n3=n{o}n{m}n'], '~g3~B,3~c2|', 'g{a}g{f}gB,{C}B,{A,}B,~c2|'],
    [['~n2 = (3o/n/m/ n'], '~f2|', '(3g/f/e/ f|'],
    [['Nn=nzh'], 'NG|', "Ge'A,|"],
    [['~n2=n{o}n', '~g2=G'], '~g2~a2|', 'Ga{b}a|'],
    [['~n2=n{m}n'], "~^c2 ~c'2|", "^c{B}^c c'{b}c'|"],
    [['~=g2=gg'], '~=g2 ~g2', 'gg ~g2'],
    [['g=G'], 'g ^g g2 g\' "g" !g! [K:g]', 'G ^g g2 g\' "g" !g! [K:g]'],
    [['T=!trill!'], 'TG', '!trill!G'],
    [['~n="n"!turn!n'], '~A', '"n"!turn!A'],
    [['g=gg'], 'g', 'gg'],
  ])('%s make of %s %s', (definitions, line, wanted) => {
    expect(expanded(definitions, line)).toBe(wanted);
  });

  it('sound, and say places as they are written', () => {
    const [read] = readAbc('X:1\nL:1/8\nM:4/4\nm:~n2=n/o/n/m/\nK:G\n~f2 Ax|~g2 9|\n');
    expect(read!.refusal).toMatchObject({ place: { line: 6, column: 12 } });
    const [tune] = readAbc('m:~n2=n/o/n/m/\n\nX:1\nL:1/8\nM:4/4\nK:G\n~f2 A|\n');
    expect(soundingNotes(tune!.tune!).map(({ pitch }) => pitch)).toEqual([78, 79, 78, 76, 69]);
    expect(tune!.tune!.body.slice(0, 5).map(({ place }) => place.column)).toEqual([1, 1, 1, 1, 5]);
  });

  it('that define nothing are said', () => {
    const [read] = readAbc('X:1\nm:nonsense\nK:G\nG|\n');
    expect(read!.warnings).toEqual([
      { place: { line: 2, column: 1 }, reason: 'm:nonsense defines no macro' },
    ]);
  });

  it('for one note move with it, and the way back gives the text back', () => {
    const text = 'X:1\nM:4/4\nL:1/8\nm: ~G2 = {A}G{^F}G % a roll\nm:~n3=n{o}n{m}n\nK:G\n~G2 ~B3 ~f3|\n';
    const { text: moved, warnings } = transposeText(text, { semitones: 3 });
    expect(moved).toBe(
      'X:1\nM:4/4\nL:1/8\nm: ~B2 = {c}B{=A}B % a roll\nm:~n3=n{o}n{m}n\nK:Bb\n~B2 ~d3 ~a3|\n',
    );
    expect(warnings).toEqual([]);
    expect(transposeText(moved, { semitones: -3 }).text).toBe(text);
  });

  it('that fit no more in the new key are said', () => {
    const { warnings } = transposeText('X:1\nM:4/4\nL:1/8\nm:~B2=BB\nK:none\n^F~B2|F~B2|\n', {
      semitones: 2,
    });
    expect(warnings).toEqual([]);
    const lost = transposeText('X:1\nM:4/4\nL:1/8\nm:~F2=FF\nK:G\n~F2[K:none]~F2|\n', { semitones: 1 });
    expect(lost.warnings).toMatchObject([
      { reason: 'macros (m:) stand for 2 notes, and for 1 in the new key' },
    ]);
  });

  it('are bounded', () => {
    const many = `X:1\nK:C\nm:g=${'C'.repeat(190)}\n${'g '.repeat(60_000)}\n`;
    expect(readAbc(many)[0]!.refusal?.reason).toBe('the tune is longer than any for players');
    const macros = new Macros();
    const defined = Array.from({ length: 1000 }, (_, at) =>
      macros.define(`~${'g'.repeat(1 + (at % 150))}${at}=C`),
    );
    expect(defined.filter(Boolean).length).toBeLessThanOrEqual(256);
    expect(macros.define(`a=${'C'.repeat(300)}`)).toBe(false);
    const begun = performance.now();
    macros.expand(`${'"'.repeat(5001)}${'[K:'.repeat(20_000)}${'!'.repeat(5001)}${'~g'.repeat(10_000)}`);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
