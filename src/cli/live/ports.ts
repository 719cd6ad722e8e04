import { defineCommand } from 'citty';
import { columns } from '../../columns.js';
import { ContinuoError } from '../../errors.js';
import { portChoices } from '../../host/live/ports/port-choice.js';
import { hintFor } from '../../midi/hints.js';
import { openSystemPorts } from '../../midi/system.js';

export default defineCommand({
  meta: { name: 'ports', description: 'List the MIDI ports that --in and --out can take.' },
  args: { json: { type: 'boolean', description: 'Print { inputs, outputs, unavailable } as JSON' } },
  async run({ args }) {
    const ports = await look();
    process.stdout.write(args.json ? `${JSON.stringify(ports, null, 2)}\n` : report(ports));
  },
});

/** The ports to choose from; `unavailable` is why there are none and what to do, or null. */
export interface PortsFound {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly unavailable: { readonly message: string; readonly hint: string } | null;
}

async function look(): Promise<PortsFound> {
  try {
    return { ...portChoices(await openSystemPorts(() => 0)), unavailable: null };
  } catch (error) {
    if (!(error instanceof ContinuoError) || error.code !== 'MIDI_UNAVAILABLE') throw error;
    return { inputs: [], outputs: [], unavailable: { message: error.message, hint: error.hint ?? '' } };
  }
}

/** The ports for people. Having none is no failure: the browser panel plays without. */
export function report({ inputs, outputs, unavailable }: PortsFound, platform = process.platform): string {
  if (unavailable !== null)
    return `${unavailable.message}\n${unavailable.hint}\nThe browser panel (continuo start) plays without MIDI ports.\n`;
  const rows = [...inputs.map((name) => ['in', name]), ...outputs.map((name) => ['out', name])];
  if (rows.length === 0)
    return `There are no MIDI ports.\n${hintFor('ports', platform)}\nThe browser panel (continuo start) plays without MIDI ports.\n`;
  const example = 'A part of a name that only one port has is enough: continuo jam --in PART --out PART';
  return `${[...columns(rows), '', example].join('\n')}\n`;
}
