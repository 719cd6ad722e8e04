import { checkParam, defaultValues, type ParamSpecs, type ParamValue } from '../../plugin/params.js';
import type { Mode, SessionCommand } from '../../session/commands.js';

/** The user's lasting settings of a session. They outlive engines and their crashes. */
export class UserSettings {
  #running = false;
  /** Whether the model is silenced although it runs. */
  held = false;
  /** Whether the user muted the model. */
  #muted = false;
  readonly #values = new Map<string, ParamValue>();

  constructor(private requestedMode: Mode) {}

  get mode(): Mode {
    return this.requestedMode;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Takes in a command. Returns whether it sets something lasting; others are momentary. */
  apply(command: SessionCommand): boolean {
    if (command.type === 'start' || command.type === 'stop') this.#running = command.type === 'start';
    else if (command.type === 'mode') this.requestedMode = command.mode;
    else if (command.type === 'mute') this.#muted = command.muted;
    else if (command.type === 'param') this.#values.set(command.id, command.value);
    else return false;
    return true;
  }

  /** Values for an engine with these parameters: the user's where id and value fit, else the defaults. */
  values(specs: ParamSpecs): Record<string, ParamValue> {
    const values = defaultValues(specs);
    for (const [id, value] of this.#values) if (fits(specs, id, value)) values[id] = value;
    return values;
  }

  /** Commands that bring an engine, started in `mode` with its defaults, to the user's settings. */
  commands(specs: ParamSpecs, mode: Mode): SessionCommand[] {
    const commands: SessionCommand[] =
      mode === this.requestedMode ? [] : [{ type: 'mode', mode: this.requestedMode }];
    for (const [id, value] of Object.entries(this.values(specs)))
      if (value !== specs[id]!.default) commands.push({ type: 'param', id, value });
    if (this.#muted) commands.push({ type: 'mute', muted: true });
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
