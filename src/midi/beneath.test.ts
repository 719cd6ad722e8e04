import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beneath, openInput, openOutput } from './beneath.js';
import { easymidiNames } from './names.js';
import type { MidiMessage } from './port.js';
import { say } from './say.js';
import { loadedLibrary, StandIn, withStandIns } from './testing/library.js';

const library = await loadedLibrary();

/** Names that collide, with each other and with numbered ones. */
const names = fc.array(fc.constantFrom('a', 'a1', 'a11', 'b', ''), { maxLength: 8 });

const byte = fc.integer({ min: 0, max: 127 });
const message: fc.Arbitrary<MidiMessage> = fc.oneof(
  fc.tuple(fc.integer({ min: 0xc0, max: 0xdf }), byte),
  fc.tuple(fc.oneof(fc.integer({ min: 0x80, max: 0xbf }), fc.integer({ min: 0xe0, max: 0xef })), byte, byte),
);

describe.skipIf(library === undefined)('ports of easymidi (they need its addon to load)', () => {
  it('are opened by the names that easymidi gives them, the right one of each', () => {
    fc.assert(
      fc.property(names, (all) => {
        withStandIns(library!, all, () => {
          expect(easymidiNames(all)).toEqual(library!.easymidi.getInputs());
          expect(easymidiNames(all)).toEqual(library!.easymidi.getOutputs());
          for (const [index, name] of easymidiNames(all).entries()) {
            expect(beneath(openInput(library!, name, false))).toMatchObject({ opened: index });
            expect(beneath(openOutput(library!, name, false))).toMatchObject({ opened: index });
          }
        });
      }),
    );
  });

  it.each([
    ['input', openInput],
    ['output', openOutput],
  ] as const)('leave no device behind but their own (%s)', (_, open) => {
    for (const virtual of [false, true])
      withStandIns(library!, ['Keys'], () => {
        const device: unknown = beneath(open(library!, 'Keys', virtual));
        expect(StandIn.made.length).toBeGreaterThan(1);
        expect(StandIn.made.filter(({ destroyed }) => !destroyed)).toEqual([device]);
      });
  });

  it.each([
    ['input', openInput],
    ['output', openOutput],
  ] as const)('leave none behind where they do not open (%s)', (_, open) => {
    withStandIns(library!, ['Keys'], () => {
      expect(() => open(library!, 'Organ', false)).toThrow('Organ');
      expect(StandIn.made.length).toBeGreaterThan(1);
      expect(StandIn.made.filter(({ destroyed }) => !destroyed)).toEqual([]);
    });
  });

  it('say every channel message byte for byte', () => {
    withStandIns(library!, [], () => {
      const output = openOutput(library!, 'Virtual', true);
      const { sent } = beneath(output) as unknown as StandIn;
      fc.assert(
        fc.property(message, (m) => {
          say(output, m);
          expect(sent.pop()).toEqual(m);
        }),
      );
    });
  });
});
