import type { Codec } from '../../../../codec/codec.js';
import { Tap } from '../../../../model/tap/index.js';
import type { Seconds } from '../../../../music/units.js';
import type { PluginVoice } from '../../../../plugin/live.js';
import type { ErrorReport } from '../../../error-report.js';
import { errorOf } from '../../../error-report.js';
import { type HostPerformer, openHostPerformer, setupsOf } from '../../../models/open-host-performer.js';
import { chosenOf, type SharedModel } from '../../../models/shared-model.js';
import { ownThread } from '../../../watchdog/thread-time.js';
import { monotonic } from '../../clock.js';
import type { WatchedNetwork } from '../../network/views.js';
import { wordsOf } from '../../network/words.js';
import { channelsOfMembers } from '../part-channels.js';
import { warmUp } from '../warm-up.js';
import type { FromWorker, SoundingVoice, WorkerStart } from '../worker-protocol.js';
import type { SeatHost } from './seat-host.js';
import type { OpenMember } from './seat-session.js';
import type { Lease, SharedPerformers } from './shared-performers.js';

/** Asks the I/O thread for a model, whose weights the host has once for all sessions. */
export type AskModel = (name: string) => Promise<SharedModel | ErrorReport>;

/** Plugin and model of a session, loaded; and those of the further members of a band. */
export class OpenSeat {
  private constructor(
    readonly members: readonly OpenMember[],
    readonly ready: Extract<FromWorker, { type: 'ready' }>,
    private readonly leases: readonly Lease[],
  ) {}

  /** Throws what {@link openHostPerformer} throws. */
  static async load(
    start: WorkerStart,
    host: SeatHost,
    shared: SharedPerformers,
    ask: AskModel,
  ): Promise<OpenSeat> {
    const began = monotonic();
    const leases: Lease[] = [];
    try {
      for (const [member, setup] of setupsOf(start.setup).entries()) {
        host.runs(member);
        leases.push(
          await (start.shared
            ? shared.lease(setup, async (name) => chosenOf(modelOf(await ask(name))))
            : ownPerformer(setup, host, member)),
        );
      }
      const members = leases.map(({ performer }) => ({ ...performer, tap: new Tap(performer.engine) }));
      return new OpenSeat(members, readyOf(start, members, monotonic() - began), leases);
    } catch (error) {
      for (const lease of leases) lease.release();
      throw error;
    }
  }

  release(): void {
    for (const { tap } of this.members) tap.close();
    for (const lease of this.leases) lease.release();
  }
}

/** A performer that shares nothing: code that others wrote runs in it, or another engine than the kernel. */
async function ownPerformer(
  setup: Parameters<typeof openHostPerformer>[0],
  host: SeatHost,
  member: number,
): Promise<Lease> {
  const performer = await openHostPerformer(setup, {
    loading: () => host.post({ type: 'loading', thread: ownThread(), member }),
    loaded: () => host.post({ type: 'loaded', member }),
  });
  warmUp(performer);
  return { performer, release: () => performer.engine.dispose() };
}

function modelOf(model: SharedModel | ErrorReport): SharedModel {
  if ('message' in model) throw errorOf(model);
  return model;
}

function readyOf(
  { setup, channel }: WorkerStart,
  members: readonly OpenMember[],
  loadSeconds: Seconds,
): Extract<FromWorker, { type: 'ready' }> {
  const [performer, ...others] = members as readonly [OpenMember, ...OpenMember[]];
  const [voices, ...voicesOfOthers] = soundingVoices(channel, members) as [
    SoundingVoice[],
    ...SoundingVoice[][],
  ];
  return {
    ...{ type: 'ready', loadSeconds, thread: ownThread() },
    ...{ modelHash: performer.modelHash, code: performer.code, codec: codecOf(performer) },
    notation: performer.notation,
    countsBeats: members.some(({ codec }) => followsBeats(codec)),
    voices: performer.voices,
    network: networkOf(performer),
    sounding: voices,
    others: others.map((other, index) => ({
      id: setup.members![index]!.id,
      pluginVersion: other.descriptor.version,
      modelHash: other.modelHash,
      codec: codecOf(other),
      voices: voicesOfOthers[index]!,
      network: networkOf(other),
      notation: other.notation,
    })),
  };
}

/** What the network of a member does, for who looks. */
function networkOf({ tap, codec }: OpenMember): WatchedNetwork {
  return { tap: tap.link, words: wordsOf(codec) };
}

function codecOf({ codec: { id, vocabulary, startToken } }: HostPerformer) {
  return { name: `${id} ${vocabulary.hash}`, startToken };
}

/** Whether its streams take the beats that are tapped or clocked. */
function followsBeats(codec: Codec): boolean {
  return codec.stream(0).setPulse !== undefined;
}

/** The voices of each member, the first one first, with the channels on which they sound. */
function soundingVoices(channel: number, performers: readonly HostPerformer[]): SoundingVoice[][] {
  const voices = performers.map((performer) => performer.voices);
  const channels = [channel, ...channelsOfMembers(channel, voices)];
  return performers.map(({ descriptor: { id, name } }, index) => {
    const own: readonly PluginVoice[] = voices[index]!.length > 0 ? voices[index]! : [{ id, name }];
    return own.map((voice) => ({ ...voice, channel: voice.channel ?? channels[index]! + 1 }));
  });
}
