import { defineCommand } from 'citty';
import open from 'open';
import type { Cluster } from '../../cluster/sessions/cluster.js';
import { ComposeLink } from '../../host/compose/compose-link.js';
import { composingPlugins } from '../../host/compose/composers.js';
import { FOLDERS } from '../../host/folders.js';
import type { LiveOptions, LiveSession } from '../../host/live/live-session.js';
import { HostResources } from '../../host/live/resources.js';
import { earlierOf } from '../../host/sessions/kept/resume-live.js';
import { SessionKeeper } from '../../host/sessions/kept/session-keeper.js';
import { MOST_SESSIONS } from '../../host/sessions/sessions.js';
import { TakeDeskLink } from '../../host/takes/library/take-desk-link.js';
import { parseOrigin } from '../../server/access.js';
import { type RunningServer, startServer } from '../../server/start-server.js';
import { checkToken } from '../../server/token.js';
import { integerOption } from '../options.js';
import { closeOnDefect, closeOnSignal, Opened } from '../shutdown.js';
import { CLUSTER_ARGS, type ClusterAsked, clusterAsked } from './cluster-options.js';
import { HostSessions } from './host-sessions.js';
import { addressIn, handOver, openCluster } from './in-cluster.js';
import { LIVE_ARGS, liveOptionsOf, openLive, watchLive, whoPlays } from './live-options.js';
import { requireOneResume, resumeAll, sayKept, sayOffered } from './resuming.js';

export default defineCommand({
  meta: { name: 'start', description: 'Start the host and its panel; play there, or on a MIDI keyboard.' },
  args: {
    ...LIVE_ARGS,
    ...CLUSTER_ARGS,
    port: {
      type: 'string',
      default: '8137',
      description: "The panel's port (0: any free one)",
      valueHint: 'N',
    },
    host: {
      type: 'string',
      default: '127.0.0.1',
      description: 'The address to listen on',
      valueHint: 'ADDRESS',
    },
    token: {
      type: 'string',
      description:
        'The token that panels must show (default: one made at each start where --host is beyond this computer)',
      valueHint: 'WORD',
    },
    sessions: {
      type: 'string',
      default: String(MOST_SESSIONS),
      description: 'The most sessions that the host holds at once',
      valueHint: 'N',
    },
    'resume-sessions': {
      type: 'boolean',
      default: false,
      description: 'Resume all sessions that were open when the host before ended',
    },
    'allow-origin': {
      type: 'string',
      description: 'Other origins that may connect, joined by commas',
      valueHint: 'URL,…',
    },
    open: {
      type: 'boolean',
      default: true,
      description: 'Open the panel in a browser',
      negativeDescription: 'Only print its address',
    },
  },
  async run({ args, rawArgs }) {
    const port = integerOption('port', args.port, 0, 65535);
    const most = integerOption('sessions', args.sessions, 1, 1024);
    const allowedOrigins = args['allow-origin']?.split(',') ?? [];
    for (const origin of allowedOrigins) parseOrigin(origin);
    // Only its owner can read an environment; everybody on this computer can read a command line.
    const token = args.token ?? process.env.CONTINUO_TOKEN;
    if (token !== undefined) checkToken(token);
    requireOneResume(args);
    const asked = clusterAsked(args, token);
    const opened = new Opened();
    closeOnSignal(opened.close, { interrupted: 0, ...(asked && { most: HANDING_OVER_MS }) });
    closeOnDefect(opened.close);
    try {
      const options = { ...(await liveOptionsOf(args, rawArgs)), resources: new HostResources() };
      const folder = args.takes ?? FOLDERS.takes;
      const keeper = await SessionKeeper.begin({ takes: folder, tell: sayKept });
      const takes = new TakeDeskLink(folder);
      const sessions = new HostSessions(options, { keeper, takes, most }, { watch: args.watch });
      opened.add(() => sessions.close());
      opened.add(() => takes.close());
      const cluster =
        asked && (await openCluster(asked, { sessions: sessions.directory, options, takes, token }));
      if (cluster) opened.add(() => cluster.close());
      const resumes = args['resume-sessions'];
      if (resumes && !cluster) await resumeAll(sessions.directory);
      // These come once the host has joined.
      const awaits = cluster?.hasSessions || (cluster && resumes && sessions.offers.all.length > 0);
      if (sessions.first === undefined && (!awaits || wantsOwn(args)))
        await openFirst(sessions, args, { options, takes, cluster });
      const session = sessions.first;
      const pieces = new ComposeLink(await composingPlugins(args.plugin));
      opened.add(() => pieces.close());
      if (args.in !== undefined) await session!.connect('input', args.in);
      if (args.out !== undefined) await session!.connect('output', args.out);
      if (sessions.directory.list().length === 1 && args.resume === undefined && !args['resume-sessions'])
        keeper.notYet(sessions.directory.first!);
      const server = await startServer({
        ...{
          sessions: cluster?.directory ?? sessions.directory,
          pieces,
          takes,
          port,
          host: args.host,
          panelFolder: FOLDERS.panel,
          allowedOrigins,
        },
        ...(token !== undefined && { token }),
      });
      opened.add(() => server.close());
      if (session) opened.add(watchLive(session, args));
      if (asked && cluster) {
        await cluster.join(addressIn(asked, server));
        opened.add(() => handOver(cluster, sessions.directory));
        // Of these, the cluster has none: it goes on by itself with those that it has.
        if (resumes) await resumeAll(cluster.directory);
      }
      greet(session?.describe(), server, cluster && asked);
      sayOffered((cluster?.directory ?? sessions.directory).offers.list(), server);
      if (args.open && hasDesktop()) await open(server.link).catch(() => undefined);
    } catch (error) {
      await opened.close();
      throw error;
    }
  },
});

/** Opens the session with which a host begins; one that goes on from the take of an offered session has its id and name. */
async function openFirst(
  { directory, offers }: HostSessions,
  args: Parameters<typeof openLive>[0],
  {
    options,
    takes,
    cluster,
  }: {
    readonly options: LiveOptions;
    readonly takes: TakeDeskLink;
    readonly cluster: Pick<Cluster, 'has'> | undefined;
  },
): Promise<void> {
  const session = await openLive(args, options);
  const { resume } = options;
  const offer = resume && offers.all.find(({ take }) => take !== null && take === resume.take);
  // A session that the cluster has is played there; this is another one.
  const again = offer && !cluster?.has(offer.id) ? offer : undefined;
  const earlier = resume && earlierOf(resume, takes);
  directory.add(session, again?.name, {
    ...(again && { id: again.id, openedAt: again.openedAt }),
    ...(earlier && { earlier }),
  });
}

/** How long the sessions may take to go to other hosts, and all to be closed, in milliseconds. */
const HANDING_OVER_MS = 15_000;

/** Whether the options are about a session of this host's own, although the cluster has some already. */
function wantsOwn(args: {
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly resume?: string | undefined;
  readonly watch: boolean;
}): boolean {
  return args.watch || [args.in, args.out, args.resume].some((option) => option !== undefined);
}

/** `description`: of its first session, where it has one; `cluster`: the one that it is in. */
function greet(
  description: ReturnType<LiveSession['describe']> | undefined,
  { link, network }: Pick<RunningServer, 'link' | 'network'>,
  cluster: ClusterAsked | undefined,
): void {
  process.stdout.write(
    [
      `Continuo: ${description ? whoPlays(description) : 'the sessions of the cluster are in the panel'}`,
      `  panel  ${link}`,
      ...network.map(({ link, card }) => `  others ${link}  (${card})`),
      ...(cluster ? [`  host   ${cluster.name} of the cluster ${cluster.cluster}`] : []),
      ...(description ? [`  MIDI   ${midiOf(description)}`] : []),
      '  stop   Ctrl-C',
      '',
    ].join('\n'),
  );
  if (network.length > 0)
    process.stderr.write(
      'continuo: others in the network can play with the links above, and only with those. The connection is not encrypted:\n' +
        '  somebody who listens in on the network can read the token. Use it in networks that you trust.\n',
    );
}

function midiOf({ ports }: ReturnType<LiveSession['describe']>): string {
  if (ports.unavailable) return 'none here (continuo doctor says why); the panel plays without';
  return `in ${ports.input ?? '–'}, out ${ports.output ?? '–'}; choose in the panel`;
}

/** Whether a browser window could open here: not on a server, in CI, or at the far end of ssh. */
function hasDesktop(): boolean {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (CI || SSH_CONNECTION || !process.stdout.isTTY) return false;
  return process.platform !== 'linux' || Boolean(DISPLAY || WAYLAND_DISPLAY);
}
