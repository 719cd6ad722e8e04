import { checkParam, defaultValues, type ParamSpecs, type ParamValue } from '../../plugin/params.js';
import { type Mode, memberOf, type SessionCommand } from '../../session/commands.js';

/** The user's lasting settings of one member: mode, mute, parameters. */
class MemberSettings {
  mode: Mode | undefined;
  muted = false;
  readonly #values = new Map<string, ParamValue>();

  set(id: string, value: ParamValue): void {
    this.#values.set(id, value);
  }

  /** The user's values where id and value fit, else the defaults. */
  values(specs: ParamSpecs): Record<string, ParamValue> {
    const values = defaultValues(specs);
    for (const [id, value] of this.#values) if (fits(specs, id, value)) values[id] = value;
    return values;
  }

  /** Commands that bring a member with its defaults, in `mode`, to what is wanted. */
  *commands(specs: ParamSpecs, mode: Mode): Iterable<SessionCommand> {
    if (this.mode !== undefined && this.mode !== mode) yield { type: 'mode', mode: this.mode };
    for (const [id, value] of Object.entries(this.values(specs)))
      if (value !== specs[id]!.default) yield { type: 'param', id, value };
    if (this.muted) yield { type: 'mute', muted: true };
  }
}

/** A further member of a band, as its settings are read. */
interface SetMember {
  readonly id: string;
  readonly specs: ParamSpecs;
}

/** The user's lasting settings of a session. They outlive engines and their crashes. */
export class UserSettings {
  #running = false;
  /** Whether the model is silenced although it runs. */
  held = false;
  readonly #first = new MemberSettings();
  /** Of the further members of a band, by id. */
  readonly #others = new Map<string, MemberSettings>();

  constructor(private readonly begins: Mode) {}

  get mode(): Mode {
    return this.#first.mode ?? this.begins;
  }

  /** The mode that was asked for a member of a band (undefined: the first); undefined: none was. */
  modeOf(member: string | undefined): Mode | undefined {
    return member === undefined ? this.#first.mode : this.#others.get(member)?.mode;
  }

  get running(): boolean {
    return this.#running;
  }

  #of(member: string | undefined): MemberSettings {
    if (member === undefined) return this.#first;
    const known = this.#others.get(member) ?? new MemberSettings();
    this.#others.set(member, known);
    return known;
  }

  /** Takes in a command. Returns whether it sets something lasting; others are momentary. */
  apply(command: SessionCommand): boolean {
    const wanted = this.#of(memberOf(command));
    if (command.type === 'start' || command.type === 'stop') this.#running = command.type === 'start';
    else if (command.type === 'mode') wanted.mode = command.mode;
    else if (command.type === 'mute') wanted.muted = command.muted;
    else if (command.type === 'param') wanted.set(command.id, command.value);
    else return false;
    return true;
  }

  /** Values for an engine with these parameters: the user's where id and value fit, else the defaults. */
  values(specs: ParamSpecs, member?: string): Record<string, ParamValue> {
    return this.#of(member).values(specs);
  }

  /** Whether the user muted a member. */
  mutes(member?: string): boolean {
    return this.#of(member).muted;
  }

  /**
   * Commands that bring an engine, started in `mode` with its defaults, to the user's settings. `others`: the further members of a band,
   * which were started in the modes that were asked for them.
   */
  commands(specs: ParamSpecs, mode: Mode, others: readonly SetMember[] = []): SessionCommand[] {
    const commands = [...this.#first.commands(specs, mode)];
    for (const { id, specs: own } of others) {
      const wanted = this.#of(id);
      for (const command of wanted.commands(own, wanted.mode ?? mode))
        commands.push({ ...command, member: id } as SessionCommand);
    }
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
