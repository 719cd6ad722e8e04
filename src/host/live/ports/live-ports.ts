import { ContinuoError, type ErrorCode } from '../../../errors.js';
import {
  type Connections,
  findPort,
  type Look,
  openSystemPorts,
  PERCUSSION_CHANNEL,
  type PortId,
  type PortSystem,
  silence,
  unnumbered,
  watchPorts,
} from '../../../midi/index.js';
import type { Seconds } from '../../../music/units.js';
import { SESSION_PARAMS } from '../../../session/params.js';
import type { PortsDescription } from '../session-control.js';
import { EchoGuard } from './echo-guard.js';
import { type ChannelFilter, notHeard } from './input-channel.js';
import { KeptPort } from './kept-port.js';
import { type ClockListener, KeyboardInput } from './keyboard-input.js';
import { LostInput } from './lost-input.js';
import { OwnOutput } from './own-port/own-output.js';
import type { KeysListener } from './played-keys.js';
import { isVirtual, portChoices, VIRTUAL_PORT } from './port-choice.js';
import { SentLog } from './sent-log.js';
import { HostEchoes, type PortSeat, type SharedPorts, type Which } from './shared-ports.js';

/** Callbacks from the ports to their session. */
export interface PortsListener extends KeysListener, ClockListener {
  /** A notice for the player; `code` is an error code. */
  readonly notice: (code: ErrorCode, message: string) => void;
  /** Disconnects the worker from its output. */
  readonly disconnect: () => Promise<void>;
  /** Another session took a port of this one. */
  readonly taken: () => void;
  /** Connects the worker to the output that came back; null: disconnects it from the one that is gone. */
  readonly takeUp: (output: string | null) => Promise<void>;
}

/** The host's ports, where several sessions share them. */
interface Share {
  readonly ports: SharedPorts;
  /** When the session's clock reads 0, on the machine's clock. */
  readonly zero: Seconds;
}

type Repeat = Parameters<typeof watchPorts>[2];

/**
 * The MIDI system on a session's I/O thread: the keyboard, and the list of ports. The worker owns the output; it is opened here
 * only to silence what a dead worker left, and, for a virtual port, to lend it to one worker after another. A port that goes away
 * is reconnected when it comes back.
 */
export class LivePorts {
  #input: KeyboardInput | null = null;
  #filter: ChannelFilter = SESSION_PARAMS.inputChannel.default;
  readonly #keptInput = new KeptPort('inputs');
  readonly #keptOutput = new KeptPort('outputs');
  readonly #own = new OwnOutput(() => this.#ownLost());
  /** Log of what the worker sends. */
  readonly sent = new SentLog();
  readonly #echoes: HostEchoes;
  readonly #seat: PortSeat | undefined;
  readonly #lost = new LostInput();
  /** Programs connected to the own virtual input. */
  #peers: readonly string[] = [];
  /** Outputs that the worker is connecting; until it reports the new one, the old one may seem to be gone. */
  #connecting = 0;
  /** Whether the worker is reconnecting the output. */
  #takingUp = false;
  readonly #unwatch: () => void;

  private constructor(
    private readonly system: PortSystem | null,
    /** Why there is no MIDI system, and what to do. */
    private readonly unavailable: string | null,
    private readonly listener: PortsListener,
    private readonly now: () => Seconds,
    { repeat, share }: { readonly repeat?: Repeat; readonly share?: Share | undefined },
  ) {
    this.#seat = share?.ports.join({
      ...{ sent: this.sent, zero: share.zero },
      yield: (which, by) => this.#yield(which, by),
    });
    const own = new EchoGuard(this.sent, (heard) => this.#tellLoop(heard));
    this.#echoes = new HostEchoes(own, this.#seat, (session, heard) => this.#tellLoopOf(session, heard));
    this.#unwatch = system
      ? watchPorts(
          system,
          (look, before) => this.#look(look, before),
          repeat,
          // A failed port is retried even if the system shows no change.
          () => this.#keptOutput.waits,
        )
      : () => {};
  }

  /** Opens the system's MIDI ports, where it has any. `now` is the session's clock; `share`: where other sessions use them, too. */
  static async open(now: () => Seconds, listener: PortsListener, share?: Share): Promise<LivePorts> {
    try {
      const system = await openSystemPorts(now);
      system.list();
      return new LivePorts(system, null, listener, now, { share });
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      const unavailable = [error.message, error.hint].filter(Boolean).join(' ');
      return new LivePorts(null, unavailable, listener, now, { share });
    }
  }

  /** The ports of `system`, polled by `repeat`; for tests. */
  static over(
    system: PortSystem,
    now: () => Seconds,
    listener: PortsListener,
    how: { readonly repeat: Repeat; readonly share?: Share },
  ): LivePorts {
    return new LivePorts(system, null, listener, now, how);
  }

  /** The name of the session, by which others know whose a port is. */
  titled(title: string): void {
    if (this.#seat) this.#seat.title = title;
  }

  /**
   * Chooses a port for this session (null: none): another session of the host that has it lets go of it. Returns its whole name. Throws
   * PORT_NOT_FOUND, PORT_AMBIGUOUS, MIDI_UNAVAILABLE.
   */
  async choose(which: Which, name: string | null): Promise<string | null> {
    if (name !== null && this.system === null)
      throw new ContinuoError('MIDI_UNAVAILABLE', this.unavailable ?? 'MIDI ports cannot be used here.');
    const own = name === null || isVirtual(name);
    if (own) {
      await this.#seat?.choose(which, null);
      return name;
    }
    const names = this.system!.list()[`${which}s`];
    const port = names[findPort(name, names, which)]!;
    await this.#seat?.choose(which, port);
    return port;
  }

  /** The whole name of a port by which another process knew it: numbers in names may have changed since. Null: it is not there. */
  knownAs(which: Which, name: string): string | null {
    if (isVirtual(name)) return this.system === null ? null : VIRTUAL_PORT;
    const names = this.system?.list()[`${which}s`] ?? [];
    return (
      names.find((one) => one === name) ?? names.find((one) => unnumbered(one) === unnumbered(name)) ?? null
    );
  }

  /** Waits for a port that is not there: it is connected when it comes, as one that was lost. */
  await(which: Which, name: string): void {
    (which === 'input' ? this.#keptInput : this.#keptOutput).await(name);
    if (this.#seat) this.#seat.port[which] = name;
    this.listener.notice(
      'PORT_LOST',
      `The MIDI ${which} "${name}" is not there. It is connected when it comes.`,
    );
  }

  /** The names of the ports that it has or waits for. */
  get wanted(): { readonly input: string | null; readonly output: string | null } {
    return { input: this.#keptInput.name, output: this.#keptOutput.name };
  }

  async #yield(which: Which, by: string): Promise<void> {
    const port = which === 'input' ? this.input : this.#keptOutput.name;
    if (which === 'input') this.connectInput(null);
    else {
      await this.listener.disconnect();
      this.forgetOutput();
    }
    const what = port === null ? `The MIDI ${which} that was gone` : `The MIDI ${which} "${port}"`;
    this.listener.notice('PORT_MOVED', `${what} is ${by}'s now. Choose it here to have it back.`);
    this.listener.taken();
  }

  /** Name of the keyboard in use. */
  get input(): string | null {
    return this.#input?.name ?? null;
  }

  /** `output`: the port in use, as the worker reported it. */
  describe(output: string | null): PortsDescription {
    const choices = this.system ? portChoices(this.system) : { inputs: [], outputs: [] };
    const taken = this.#seat?.taken();
    return {
      ...{ ...choices, input: this.input, output, unavailable: this.unavailable },
      ...(taken !== undefined && { taken }),
      ...this.#waits(),
    };
  }

  #waits(): Pick<PortsDescription, 'waits'> {
    const [input, output] = [this.#keptInput.awaited, this.#keptOutput.awaited];
    if (input === null && output === null) return {};
    return { waits: { ...(input !== null && { input }), ...(output !== null && { output }) } };
  }

  // ---------------------------------------------------------------- the keyboard

  /** Connects a keyboard (null: none). Throws what {@link PortSystem.openInput} throws. */
  connectInput(name: string | null): void {
    const next = name === null ? null : this.#keyboard(name);
    this.#keptInput.forget();
    this.#useInput(next);
  }

  /** Changes the channels of the keyboard that are heard. */
  hear(filter: ChannelFilter): void {
    if (filter === this.#filter) return;
    this.#filter = filter;
    this.#input?.use(filter);
  }

  /** Reports the clock again, to an engine that does not know it yet. */
  tellClock(): void {
    this.#input?.tellClock();
  }

  #keyboard(name: string): KeyboardInput {
    const { held, moved, notice, meter, clock } = this.listener;
    const ignored = (channel: number) => notice('CHANNEL_IGNORED', notHeard(this.#filter, channel));
    const { system, now } = this;
    return new KeyboardInput(
      system!,
      name,
      this.#filter,
      this.#echoes,
      { held, moved, ignored, meter, clock },
      now,
    );
  }

  #useInput(next: KeyboardInput | null): void {
    this.#input?.close();
    this.#input = next;
    this.#keptInput.use(next?.name ?? null, next?.id ?? null);
    // A port that comes back may have another number in its name.
    if (this.#seat && next && !next.virtual) this.#seat.port.input = next.name;
    this.#peers = [];
    this.#lost.begin(next ? this.#lostSoFar(this.system?.connections() ?? null) : 0);
    this.#followLoop();
  }

  // ---------------------------------------------------------------- the output

  /** Another output is chosen: stop waiting for the lost one. */
  forgetOutput(): void {
    this.#keptOutput.forget();
  }

  /** Sets the output that the worker reports; null: none. */
  outputIs(name: string | null, id: PortId | null): void {
    this.#keptOutput.use(name, id);
    if (this.#seat) {
      this.#seat.outputId = id;
      if (name !== null && !isVirtual(name)) this.#seat.port.output = name;
    }
    this.#followLoop();
  }

  /** The output in use failed: it takes no more messages. */
  outputFailed(): void {
    this.#tellGone('output', this.#keptOutput.fail(this.system?.list().outputs ?? []));
  }

  /** A new worker could not open the previous worker's output: wait for it to come back. */
  outputMissing(name: string): void {
    this.#keptOutput.use(name, null);
    this.outputFailed();
  }

  /** As {@link OwnOutput.connect}. */
  connectOutput: OwnOutput['connect'] = async (name, use) => {
    this.#connecting++;
    try {
      await this.#own.connect(name, use);
    } finally {
      this.#connecting--;
    }
  };

  /** The thread of the virtual output died: tell the player, and disconnect the worker. */
  #ownLost(): void {
    const what = `The MIDI output "${VIRTUAL_PORT}" is gone: its thread died. Choose it again.`;
    this.listener.notice('PORT_LOST', what);
    this.listener.takeUp(null).catch(() => undefined);
  }

  /** Ends all notes on an output of an engine that died. */
  silence(output: string | null, channel: number): void {
    if (output === VIRTUAL_PORT) this.#own.abandon();
    if (output === null || output === VIRTUAL_PORT || this.system === null) return;
    try {
      const port = this.system.openOutput(output);
      for (const sounding of [channel, PERCUSSION_CHANNEL])
        for (let pitch = 0; pitch < 128; pitch++) port.send([0x80 | sounding, pitch, 0]);
      for (const message of silence()) port.send(message);
      port.close();
    } catch {
      // The port disappeared with the worker: nothing is left to silence.
    }
  }

  // ---------------------------------------------------------------- what comes and goes

  /** Returns whether the next look has something to do even without a change. */
  #look(look: Look, before: Look): boolean {
    this.#followPeers(look);
    const losing = this.#followLosses(look);
    const input = this.#followInput(look, before);
    this.#followLoop();
    return this.#followOutput(look, before) || input || losing;
  }

  #lostSoFar(connections: Connections | null): number {
    const { id } = this.#keptInput;
    return id === null ? 0 : (connections?.lost(id) ?? 0);
  }

  /** Releases all keys after lost messages, since a release may be among them. */
  #followLosses({ connections }: Look): boolean {
    const input = this.#input;
    const { release, tell } = this.#lost.look(this.#lostSoFar(connections), this.now());
    if (!input) return false;
    if (release) input.release();
    if (tell > 0)
      this.listener.notice(
        'PORT_OVERRUN',
        `More came by the MIDI input "${input.name}" than was read in time: ${tell} messages or more are lost. The keys that were down have come up.`,
      );
    return this.#lost.unfinished;
  }

  /** Releases all keys when a program disconnects from the virtual input, since it may have left keys down. */
  #followPeers({ connections }: Look): void {
    const { id } = this.#keptInput;
    const input = this.#input;
    const peers = (id === null ? undefined : connections?.peers(id)) ?? [];
    const left = this.#peers.some((peer) => !peers.includes(peer));
    this.#peers = peers;
    if (!left || !input?.virtual || !input.release()) return;
    this.listener.notice(
      'PORT_LOST',
      `A program that played into "${input.name}" is gone. The keys that were down have come up.`,
    );
  }

  #followInput(look: Look, before: Look): boolean {
    const { gone, back } = this.#keptInput.follow(look, before);
    if (gone !== null) {
      this.#useInput(null);
      this.#tellGone('input', gone);
    }
    if (back === null) return false;
    try {
      this.#useInput(this.#keyboard(back));
    } catch (error) {
      if (!(error instanceof ContinuoError)) throw error;
      return true;
    }
    this.#tellBack('input', back);
    return false;
  }

  #followOutput(look: Look, before: Look): boolean {
    if (this.#connecting > 0) return true;
    const { gone, back } = this.#keptOutput.follow(look, before);
    this.#tellGone('output', gone);
    if (this.#takingUp) return true;
    if (gone === null && back === null) return false;
    this.#takingUp = true;
    void this.listener
      .takeUp(back)
      .then(
        () => this.#tellBack('output', back),
        // Retried at the next look.
        () => undefined,
      )
      .finally(() => {
        this.#takingUp = false;
      });
    return true;
  }

  /** Tells the echo guard whether the output is connected to the input, as far as the system shows it. */
  #followLoop(): void {
    const [output, input] = [this.#keptOutput.id, this.#keptInput.id];
    const connections = this.system?.connections();
    const loops = (from: PortId | null) =>
      from !== null && input !== null && connections?.loops(from, input) === true;
    this.#echoes.know(loops(output), loops, this.now());
  }

  /** Keys that were struck before the loop was known are released: the echo of their release is dropped from now on. */
  #tellLoopOf(session: string, heard: boolean): void {
    if (!heard) this.#input?.release();
    this.listener.notice(
      'PORT_LOOP',
      `What ${session} sends to its MIDI output comes in by the input "${this.input}" of this session. ${heard ? 'It sounds as if you played it' : 'It is not heard'}; undo the connection that brings it here.`,
    );
  }

  #tellLoop(heard: boolean): void {
    const what = heard
      ? 'It sounds as if it were yours, since it comes late or at another pitch: undo'
      : 'The echo is not heard; undo';
    this.listener.notice(
      'PORT_LOOP',
      `What is sent to the MIDI output comes back by the input "${this.input}". ${what} the connection that makes the loop.`,
    );
  }

  #tellGone(kind: string, name: string | null): void {
    if (name === null) return;
    const after = kind === 'input' ? 'Its keys have come up. ' : '';
    this.listener.notice(
      'PORT_LOST',
      `The MIDI ${kind} "${name}" is gone. ${after}It is connected again when it comes back.`,
    );
  }

  #tellBack(kind: string, name: string | null): void {
    if (name !== null)
      this.listener.notice('PORT_BACK', `The MIDI ${kind} "${name}" is back and connected again.`);
  }

  /** Stops watching the ports and disconnects the keyboard. */
  close(): void {
    this.#unwatch();
    this.connectInput(null);
    this.#seat?.leave();
  }

  /** Closes the virtual output; call it once no engine plays. */
  async closeOutput(): Promise<void> {
    await this.#own.close();
  }
}
