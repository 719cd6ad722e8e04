import { checkParam, defaultValues, type ParamSpecs, type ParamValue } from '../../plugin/params.js';
import type { Mode, SessionCommand } from '../../session/commands.js';

/** What a user has asked of a session that holds until something else is asked for. It outlives engines, and crashes of theirs. */
export class Wishes {
  #running = false;
  /** Whether the model is to be silent, though it runs. */
  held = false;
  readonly #values = new Map<string, ParamValue>();

  constructor(private wanted: Mode) {}

  get mode(): Mode {
    return this.wanted;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Returns whether the command is a wish that holds; the others are for the moment. */
  hear(command: SessionCommand): boolean {
    if (command.type === 'start' || command.type === 'stop') this.#running = command.type === 'start';
    else if (command.type === 'mode') this.wanted = command.mode;
    else if (command.type === 'param') this.#values.set(command.id, command.value);
    else return false;
    return true;
  }

  /** The values of an engine with these parameters: of the same id as was set, where that fits, else its own. */
  values(specs: ParamSpecs): Record<string, ParamValue> {
    const values = defaultValues(specs);
    for (const [id, value] of this.#values) if (fits(specs, id, value)) values[id] = value;
    return values;
  }

  /** What brings an engine that began in `mode`, with its own values, to what is wished. */
  commands(specs: ParamSpecs, mode: Mode): SessionCommand[] {
    const commands: SessionCommand[] = mode === this.wanted ? [] : [{ type: 'mode', mode: this.wanted }];
    for (const [id, value] of Object.entries(this.values(specs)))
      if (value !== specs[id]!.default) commands.push({ type: 'param', id, value });
    if (this.#running) commands.push({ type: 'start' });
    return commands;
  }
}

function fits(specs: ParamSpecs, id: string, value: ParamValue): boolean {
  try {
    checkParam(specs, id, value);
    return true;
  } catch {
    return false;
  }
}
