import { html, LitElement, nothing } from 'lit';
import { exhausted } from '../../../src/exhausted.js';
import { layout } from './app-styles.js';
import './help.js';
import '../keyboard/keyboard.js';
import '../sound/midi-ports.js';
import '../roll/roll.js';
import '../sound/sound-controls.js';
import './steering.js';
import './top-bar.js';
import { ago } from '../../../src/ago.js';
import { hostClient, sessionClient } from '../../../src/client/connect.js';
import type { SessionClient } from '../../../src/client/session-client.js';
import { after, localNow } from '../../../src/client/surroundings.js';
import { leaveWhereTokenIsLost } from '../connection/token-lost.js';
import { ComputerKeys } from '../keyboard/computer-keys.js';
import { Hands } from '../keyboard/hands.js';
import { ACTION_KEYS, type Action } from '../keyboard/key-map.js';
import type { Roll } from '../roll/roll.js';
import { Playback } from '../sound/playback.js';
import type { SoundSettings } from '../sound/sound-controls.js';
import { Sounds } from '../sound/sounds.js';
import { Drawers } from './drawers.js';
import type { Help } from './help.js';
import { Panel } from './panel.js';
import { troubleInWords } from './panel-words.js';
import { Remembered } from './remembered.js';
import { returnFocusAfterPointer } from './return-focus.js';
import { controls } from './styles.js';
import type { Transport } from './transport.js';
import { troubleWords } from './trouble-words.js';
import './transport.js';
import { browserStorage } from '../compose/piece-book.js';
import type { PieceMemory } from '../compose/piece-controller.js';
import { PiecePlayer } from '../compose/piece-player.js';
import { capitalised } from '../compose/piece-words.js';
import { addressBar } from '../sessions/place.js';
import '../sessions/session-menu.js';
import { SessionList } from '../sessions/session-list.js';
import type { SessionMenu } from '../sessions/session-menu.js';
import { Fork } from '../snapshots/fork.js';
import '../snapshots/fork-bar.js';
import { SnapshotList } from '../snapshots/snapshot-list.js';
import { TakeList } from '../takes/take-list.js';
import '../sessions/sessions-element.js';
import { WebInstrument } from '../sound/web-instrument.js';
import { BrowserMidi } from '../sound/web-midi.js';

/** A session that is longer on its way to another host, in seconds, is lost as far as its user can tell. */
const LONGEST_MOVE = 10;
/** Whether there is room for the list of sessions beside the music. */
const ROOM_FOR_LIST = matchMedia('(min-width: 1440px) and (min-height: 560px)');

/** A newer host may send messages that this panel does not know. */
function tellUnreadable(error: unknown): void {
  console.warn('A message of the host was not understood.', error);
}

/** Stores the state of pieces among the panel's settings. */
function memoryIn(remembered: Remembered): PieceMemory {
  return {
    storage: browserStorage(),
    composer: remembered.settings.composer,
    piece: (plugin) => remembered.settings.pieces[plugin],
    chosen: (composer) => remembered.set({ composer }),
    opened: (plugin, id) => remembered.set({ pieces: { ...remembered.settings.pieces, [plugin]: id } }),
  };
}

/** The root element: creates the parts of the panel, connects them and lays them out. */
export class App extends LitElement {
  static override properties = {
    sound: { state: true },
  };
  static override styles = [controls, layout];
  declare sound: SoundSettings;
  readonly #remembered = new Remembered(browserStorage());
  readonly #instrument = new WebInstrument(
    () => this.panel.now(),
    () => this.requestUpdate(),
  );
  readonly #host = hostClient(location.href);
  /** The client of the session that is shown. */
  #client = sessionClient(location.href);
  readonly sessions = new SessionList({
    ...{ host: this.#host, place: addressBar, after },
    go: (id) => this.#go(id),
  });
  readonly #takes = new TakeList(this.#host, after);
  readonly #snapshots = new SnapshotList(after);
  readonly #fork = new Fork({
    sessions: this.sessions,
    ports: () => this.panel.description?.ports ?? { input: null, output: null },
    connect: (which, port) => this.panel.connect(which, port),
  });
  readonly panel = new Panel({
    sounds: new Sounds(this.#instrument, (by) => this.panel.timbreOf(by)),
    playback: new Playback(this.#instrument, (by) => this.panel.timbreOf(by)),
    now: () => this.#client.now(),
    send: (message) => this.#client.send(message),
    memory: memoryIn(this.#remembered),
  });
  readonly #piecePlayer = new PiecePlayer(
    this.#instrument,
    () => this.panel.now(),
    after,
    (seconds) => this.panel.piecePlays(seconds),
  );
  #cancelMove: (() => void) | undefined;
  /** The phase before the last message. */
  #before = 'stopped';
  readonly #hands = new Hands(localNow, (event, at) => this.panel.play(event, this.#client.toSession(at)));
  readonly #keys = new ComputerKeys(this.#hands, (action) => this.#act(action, true));
  readonly #midi = new BrowserMidi(this.#hands);
  readonly #drawers = new Drawers({
    root: this,
    opens: (drawer) => {
      // Behind a drawer, playback of the past would not be seen.
      if (drawer !== 'network') this.#roll?.backToNow();
      if (drawer === 'pieces') this.panel.pieces.resume();
    },
    closes: (drawer) => {
      // Its cursor would be out of sight.
      if (drawer === 'pieces' || drawer === 'takes') this.#piecePlayer.stop();
    },
    focusOpener: (drawer) => {
      if (drawer === 'pieces') this.renderRoot.querySelector<Transport>('continuo-transport')?.focusDrawer();
      else this.renderRoot.querySelector<HTMLElement>(`.see-${drawer}`)?.focus();
    },
  });

  constructor() {
    super();
    const { volume, hearKeyboard, base } = this.#remembered.settings;
    this.#keys.base = base;
    this.#setSound({ volume, muted: false, hearKeyboard });
    this.panel.watch(() => this.requestUpdate());
    this.sessions.watch(() => this.requestUpdate());
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const wake = () => this.#instrument.wake();
    // Browsers accept a touch as a user gesture when it ends, a mouse when it is pressed.
    for (const type of ['pointerdown', 'pointerup', 'keydown'])
      addEventListener(type, wake, { capture: true });
    addEventListener('keydown', (event) => this.#keys.down(event));
    addEventListener('keyup', (event) => this.#keys.up(event));
    // A page that loses the keyboard gets no key-up, so it releases all keys.
    const letGo = () => this.#hands.letGo();
    addEventListener('blur', letGo);
    addEventListener('pagehide', letGo);
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) letGo();
      else this.#retry();
    });
    addEventListener('online', () => this.#retry());
    ROOM_FOR_LIST.addEventListener('change', () => this.requestUpdate());
    returnFocusAfterPointer();
    this.#host.on('unreadable', tellUnreadable);
    this.#host.open();
    this.sessions.open();
  }

  #retry(): void {
    this.#host.retry();
    if (!this.sessions.empty) this.#client.retry();
  }

  /** For tests: the notes of both voices, in order of arrival. */
  get notes() {
    return this.panel.store.notes;
  }

  /** Number of notes that the browser's instrument has sounding or planned. */
  get sounding(): number {
    return this.#instrument.sounding;
  }

  /** The instrument's recent peak level, 0 to 1. */
  get level(): number {
    return this.#instrument.level;
  }

  override render() {
    const { panel } = this;
    this.dataset.phase = panel.phase.phase;
    this.dataset.connected = String(panel.connected);
    this.toggleAttribute('data-drawer', this.#drawers.covers);
    this.toggleAttribute('data-network', this.#drawers.open === 'network');
    const rail = ROOM_FOR_LIST.matches;
    this.toggleAttribute('data-rail', rail);
    const { name } = this.sessions.entry ?? this.sessions.awaited ?? {};
    document.title = name === undefined ? 'Continuo' : `${name} · Continuo`;
    const latency = {
      link: panel.connected ? this.#client.roundTrip : undefined,
      sound: this.#instrument.latency,
    };
    return html`
      <div class="screen">
        <continuo-top-bar role="banner" .panel=${panel} .latency=${latency} .empty=${this.sessions.empty || this.sessions.awaited !== undefined}>
          ${
            rail
              ? nothing
              : html`<continuo-session-menu slot="sessions" .list=${this.sessions}></continuo-session-menu>`
          }
        </continuo-top-bar>
        ${
          rail
            ? html`<nav aria-label="Sessions"><continuo-sessions .list=${this.sessions}></continuo-sessions></nav>`
            : nothing
        }
        <main>
          <continuo-transport
            .panel=${panel}
            .drawerOpen=${this.#drawers.open === 'pieces'}
            @action=${(event: CustomEvent<Action>) => this.#act(event.detail)}
          ></continuo-transport>
          <continuo-roll .panel=${panel} ?inert=${this.#drawers.covers}></continuo-roll>
          ${this.#seeButtons()} ${this.#drawer()} ${this.#takeDrawer()} ${this.#snapshotDrawer()} ${this.#networkDrawer()}
          <div class="messages"><continuo-fork .fork=${this.#fork} .compared=${this.#fork.compared}></continuo-fork> ${this.#closed()} ${this.#dropped()} ${this.#offered()} ${this.#trouble()}</div>
          ${this.#none()} ${this.#awaited()}
          <continuo-keyboard .panel=${panel} .hands=${this.#hands} .base=${this.#keys.base}></continuo-keyboard>
        </main>
      </div>
      <aside aria-label="Steering">${panel.description === undefined ? nothing : this.#steering()}</aside>
      <continuo-help></continuo-help>
    `;
  }

  /** Rendered all at once when there is a session: later additions would shift the layout. */
  #steering() {
    const { panel } = this;
    return html`
      <continuo-steering .panel=${panel}></continuo-steering>
      <continuo-sound
        .settings=${this.sound}
        .state=${this.#instrument.state}
        @sound-change=${(event: CustomEvent<SoundSettings>) => this.#setSound(event.detail)}
      ></continuo-sound>
      <continuo-ports .panel=${panel} .midi=${this.#midi}></continuo-ports>
    `;
  }

  #drawer() {
    if (!this.#drawers.loaded.has('pieces')) return nothing;
    return html`<continuo-piece-drawer
      role="region"
      aria-label=${capitalised(this.panel.pieces.composer?.compose.piece.one ?? 'piece')}
      ?hidden=${this.#drawers.open !== 'pieces'}
      .panel=${this.panel}
      .player=${this.#piecePlayer}
      @close=${() => this.#drawers.toggle('pieces', false)}
    ></continuo-piece-drawer>`;
  }

  #seeButtons() {
    if (this.#drawers.covers) return nothing;
    const see = (action: 'takes' | 'snapshots' | 'network', name: string) => {
      const { label, does } = ACTION_KEYS[action];
      const open = this.#drawers.open === action;
      return html`<button
        class="see-${action}"
        title="${does} (${label})"
        aria-keyshortcuts=${label}
        aria-expanded=${open}
        ?disabled=${!this.panel.connected && !open}
        @click=${() => this.#act(action)}
      >
        ${name} <kbd aria-hidden="true">${label}</kbd>
      </button>`;
    };
    return html`<div class="see">
      ${see('takes', 'Takes')} ${see('snapshots', 'Snapshots')} ${see('network', 'Network')}
    </div>`;
  }

  #takeDrawer() {
    if (this.#drawers.open !== 'takes') return nothing;
    return html`<continuo-take-drawer
      role="region"
      aria-label="Takes"
      .list=${this.#takes}
      .player=${this.#piecePlayer}
      .current=${this.sessions.entry?.take ?? undefined}
      @close=${() => this.#drawers.toggle('takes', false)}
    ></continuo-take-drawer>`;
  }

  #snapshotDrawer() {
    if (this.#drawers.open !== 'snapshots') return nothing;
    const { plugin, model } = this.panel.description ?? {};
    return html`<continuo-snapshot-drawer
      role="region"
      aria-label="Snapshots"
      .list=${this.#snapshots}
      .fork=${this.#fork}
      .connected=${this.panel.connected}
      .playing=${plugin && model && { plugin: plugin.id, model: model.id }}
      @close=${() => this.#drawers.close(false)}
    ></continuo-snapshot-drawer>`;
  }

  #networkDrawer() {
    if (this.#drawers.open !== 'network') return nothing;
    return html`<continuo-network-drawer
      role="region"
      aria-label="Network"
      .panel=${this.panel}
      .atLine=${() => this.#roll?.atLine ?? this.panel.viewTime()}
      @close=${() => this.#drawers.toggle('network', true)}
    ></continuo-network-drawer>`;
  }

  /** What to do where the host has no session. */
  #none() {
    if (!this.sessions.empty) return nothing;
    return html`<div class="none">
      <p>No session is open.</p>
      <button @click=${() => this.sessions.openSession({})}>${this.sessions.opening ? 'Opening …' : 'Open one'}</button>
    </div>`;
  }

  /** The session that the panel was in is not open in this host yet. */
  #awaited() {
    const { awaited: offer, resuming, refused, trouble } = this.sessions;
    if (offer === undefined || !this.sessions.connected) return nothing;
    const { id, name, why, endedAt } = offer;
    const busy = resuming.size > 0;
    return html`<div class="none" role="group" aria-label="${name} can be resumed">
      <p>
        ${name} was open in a host that ${why === 'crashed' ? 'crashed' : 'was stopped'} ${ago(endedAt)}. It can go on
        where it was.
      </p>
      <div class="choices">
        <button class="primary" ?disabled=${busy} @click=${() => this.sessions.resume(id)}>
          ${resuming.has(id) ? 'Resuming …' : 'Resume'}
        </button>
        ${
          refused.has(id)
            ? html`<button ?disabled=${busy} @click=${() => this.sessions.resume(id, true)}>Begin anew</button>`
            : nothing
        }
        <button ?disabled=${busy} @click=${() => this.sessions.drop(id)}>Dismiss</button>
      </div>
      ${troubleWords(trouble)}
    </div>`;
  }

  /** Sessions that were open before this host, for a panel that is not in one of them. */
  #offered() {
    const { offered, awaited, offersHidden, connected, resuming } = this.sessions;
    if (offered.length === 0 || awaited !== undefined || offersHidden || !connected) return nothing;
    const [one] = offered;
    const what = offered.length === 1 ? `${one!.name} was` : `${offered.length} sessions were`;
    return html`<div class="message" role="status">
      <p>${what} open when the host before ended ${ago(one!.endedAt)}.</p>
      <button ?disabled=${resuming.size > 0} @click=${() => this.#resumeOffered()}>
        ${resuming.size > 0 ? 'Resuming …' : offered.length === 1 ? 'Resume' : 'Resume all'}
      </button>
      <button @click=${() => this.sessions.hideOffers()} aria-label="Not now" title="Not now; they stay in the list of sessions">
        ✕
      </button>
    </div>`;
  }

  /** One is shown at once; of several the list has those that cannot be resumed. */
  async #resumeOffered(): Promise<void> {
    const { offered } = this.sessions;
    if (offered.length === 1) await this.sessions.resume(offered[0]!.id);
    else await this.sessions.resumeAll();
    if (this.sessions.trouble !== undefined) this.#seeSessions();
  }

  /** For a while the dismissal of an offer can be undone. */
  #dropped() {
    const { dropped } = this.sessions;
    if (dropped === undefined) return nothing;
    return html`<div class="message" role="status">
      <p>${dropped.name} is not offered any more${dropped.take === null ? '' : '; its take is kept'}.</p>
      <button @click=${() => this.sessions.restore()}>Undo</button>
      <button @click=${() => this.sessions.dismissDropped()} aria-label="Dismiss">✕</button>
    </div>`;
  }

  /** For a while the closing of a session can be undone. */
  #closed() {
    const { closed } = this.sessions;
    if (closed === undefined) return nothing;
    return html`<div class="message" role="status">
      <p>${closed.name} was closed${closed.take === null ? '' : '; its take is kept'}.</p>
      <button @click=${() => this.sessions.reopen()}>Undo</button>
      <button @click=${() => this.sessions.dismissClosed()} aria-label="Dismiss">✕</button>
    </div>`;
  }

  #trouble() {
    const trouble = this.panel.troubleAbout('elsewhere');
    if (this.panel.moving && !this.panel.movesLong)
      return html`<div class="message" role="status">
        <p>${this.sessions.entry?.name ?? 'The session'} is moving to another host …</p>
      </div>`;
    if (!this.panel.connected && !this.panel.leaving && this.panel.description !== undefined)
      return html`<div class="message trouble" role="group" aria-label="The host is lost">
        <p>
          The host was stopped, or the line to it broke. What you play is heard here, and nobody else hears it. The panel comes
          back by itself.
        </p>
        <button @click=${() => this.#retry()}>Try now</button>
      </div>`;
    if (trouble === undefined) return nothing;
    return html`<div class="message trouble" role="alert">
      <p>${troubleInWords(trouble)}</p>
      <button @click=${() => this.panel.dismissTrouble()}>Close</button>
    </div>`;
  }

  #setSound(sound: SoundSettings): void {
    this.sound = sound;
    this.#instrument.setVolume(sound.volume, sound.muted);
    this.panel.sounds.hearKeyboard = sound.hearKeyboard;
    this.#remembered.set({ volume: sound.volume, hearKeyboard: sound.hearKeyboard });
  }

  get #help(): Help | null {
    return this.renderRoot.querySelector<Help>('continuo-help');
  }

  get #roll(): Roll | null {
    return this.renderRoot.querySelector<Roll>('continuo-roll');
  }

  /** Leaves the session that is shown and connects to another (undefined: the host's first; null: none). Keys that are held are released. */
  #go(id: string | undefined | null): void {
    this.#hands.letGo();
    this.#piecePlayer.stop();
    this.#client.close();
    this.#moves(false);
    this.#roll?.backToNow();
    this.panel.leave(id === null);
    if (id === null) return;
    this.#client = sessionClient(location.href, id === undefined ? {} : { session: id });
    // The host whose page this is may be gone.
    this.#client.startAt(this.#host);
    this.#listen(this.#client);
    this.#snapshots.follow(this.#client);
    this.#client.open();
  }

  #listen(client: SessionClient): void {
    client.on('message', (message) => {
      this.panel.receive(message);
      if (message.type === 'welcome') this.#fork.arrived();
      this.#giveWay(message);
    });
    const lose = (moving = false) => {
      this.#hands.letGo();
      this.#piecePlayer.stop();
      this.panel.lost(moving);
    };
    client.on('lost', () => {
      this.#moves(client.moving);
      lose(client.moving);
      // With several hosts it is the client that finds one.
      if (client.hosts.length < 2) void leaveWhereTokenIsLost();
    });
    client.on('welcome', () => this.#moves(false));
    client.on('ended', () => {
      lose();
      this.sessions.ended();
    });
    client.on('clock', () => this.requestUpdate());
    client.on('unreadable', tellUnreadable);
  }

  /** A move that takes long is said to be a loss. */
  #moves(moving: boolean): void {
    if (!moving || this.#cancelMove === undefined) this.panel.movesLong = false;
    if (moving) {
      this.#cancelMove ??= after(LONGEST_MOVE, () => {
        this.panel.movesLong = true;
        this.panel.changed();
      });
      return;
    }
    this.#cancelMove?.();
    this.#cancelMove = undefined;
  }

  /** Opens or closes the list of sessions; where it always stands beside the music, the focus goes there. */
  #seeSessions(): void {
    const menu = this.renderRoot.querySelector<SessionMenu>('continuo-session-menu');
    if (menu) menu.toggle();
    else this.renderRoot.querySelector<HTMLElement>('continuo-sessions')?.focus();
  }

  /** A jam that starts or goes on, wherever that was requested, stops the piece that plays here. */
  #giveWay(message: { readonly type: string }): void {
    const { phase, held } = this.panel.phase;
    const begun = phase === 'playing' || phase === 'together' || this.#before === 'stopped';
    if (message.type === 'event' && phase !== this.#before && !held && begun) this.#piecePlayer.stop();
    this.#before = phase;
  }

  /** The key stops a piece, or else plays the past that is looked at. Returns whether it did either. */
  #playOrPauseHere(): boolean {
    if (!this.#piecePlayer.playing) return this.#roll?.playOrPause() === true;
    this.#piecePlayer.stop();
    return true;
  }

  /** Starting a jam stops playback here: both would sound at once. */
  #startOrStop(): void {
    const { panel } = this;
    if (!panel.canStart) panel.command({ type: 'stop' });
    else {
      this.#piecePlayer.stop();
      this.#roll?.backToNow();
      panel.command({ type: 'start' });
    }
  }

  /** `key`: triggered by a key, whose meaning depends on the current view, not by the button. */
  #act(action: Action, key = false): void {
    const { panel } = this;
    // While the page with the keys is open, keys do nothing that would be hidden behind it.
    if (key && this.#help?.open && action !== 'help' && action !== 'allOff' && action !== 'mute') return;
    switch (action) {
      case 'startOrStop':
        if (!key || !this.#playOrPauseHere()) this.#startOrStop();
        break;
      case 'allOff':
        this.#hands.letGo();
        panel.playback.stop();
        this.#piecePlayer.stop();
        panel.sounds.silence();
        panel.command({ type: 'allOff' });
        break;
      case 'takeBack':
      case 'again':
        if (action === 'again') this.#piecePlayer.stop();
        panel.command({ type: action });
        break;
      case 'mute':
        this.#setSound({ ...this.sound, muted: !this.sound.muted });
        break;
      case 'now':
        if (!this.#drawers.close(key)) this.#roll?.backToNow();
        break;
      case 'compose':
        void this.#drawers.toggle('pieces', key);
        break;
      case 'network':
      case 'takes':
      case 'snapshots':
        void this.#drawers.toggle(action, key);
        break;
      case 'compare':
        this.#fork.other();
        break;
      case 'sessions':
        this.#seeSessions();
        break;
      case 'help':
        this.#help?.toggle();
        break;
      case 'octaveDown':
      case 'octaveUp':
        this.#keys.shiftOctave(action === 'octaveUp' ? 1 : -1);
        this.#remembered.set({ base: this.#keys.base });
        this.requestUpdate();
        break;
      case 'softer':
      case 'louder':
        this.#keys.shiftTouch(action === 'louder' ? 1 : -1);
        break;
      default:
        exhausted(action);
    }
  }
}

customElements.define('continuo-app', App);
