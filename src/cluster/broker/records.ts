import { z } from 'zod';
import { ContinuoError } from '../../errors.js';
import { programPlace } from '../../host/program-mark.js';
import type { SessionEntry } from '../../host/sessions/control.js';
import { sessionEntry } from '../../protocol/host-protocol.js';
import type { ClusterSession, HostSeen } from './control.js';
import type { Reply } from './redis-line.js';

const hostRecord = z.object({
  entry: z.object({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    sessions: z.number(),
    room: z.number(),
    program: z.exactOptional(programPlace),
  }),
  beat: z.number(),
});

const texts = z.array(z.instanceof(Buffer).or(z.string()).transform(String));

/** Reads the hosts as the scripts list them: record, whether the lease holds, and again. */
export function hostsOf(reply: Reply): HostSeen[] {
  return checked(() => {
    const list = z.array(z.unknown()).parse(reply);
    const hosts: HostSeen[] = [];
    for (let i = 0; i + 1 < list.length; i += 2) {
      const { entry, beat } = hostRecord.parse(JSON.parse(String(list[i])));
      hosts.push({ ...entry, beat, holds: list[i + 1] === 1 });
    }
    return hosts;
  });
}

/** Reads a session as the scripts list it: owner, fence, entry. */
export function sessionOf(reply: Reply): ClusterSession {
  return checked(() => {
    const [owner, fence, entry] = z
      .tuple([z.string(), z.string().regex(/^\d+$/), z.string()])
      .parse(texts.parse(reply));
    const read: SessionEntry = sessionEntry.parse(JSON.parse(entry));
    return { id: read.id, owner: owner === '' ? null : owner, fence: Number(fence), entry: read };
  });
}

/** The same for many. */
export function sessionsOf(reply: Reply): ClusterSession[] {
  return checked(() => z.array(z.unknown()).parse(reply)).map((one) => sessionOf(one as Reply));
}

export function renewalOf(reply: Reply): { lease: 'held' | 'lapsed'; instance: string; hosts: HostSeen[] } {
  const [lease, instance, hosts] = checked(() =>
    z
      .tuple([
        z
          .instanceof(Buffer)
          .transform(String)
          .pipe(z.enum(['held', 'lapsed'])),
        z.instanceof(Buffer).transform(String),
        z.array(z.unknown()),
      ])
      .parse(reply),
  );
  return { lease, instance, hosts: hostsOf(hosts as Reply) };
}

export function handedOf(reply: Reply): { setup: string; state: Buffer | null; tail: Buffer[] } {
  const bytes = z.instanceof(Buffer);
  const [setup, state, tail] = checked(() =>
    z.tuple([bytes.transform(String), bytes.nullable(), z.array(bytes)]).parse(reply),
  );
  return { setup, state, tail };
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new ContinuoError(
      'CLUSTER_BROKEN',
      `The broker has data under the names of this cluster that no host of this version has written: ${why.slice(0, 200)}`,
      'Let all hosts run one version, or give the cluster another name.',
      { cause },
    );
  }
}
