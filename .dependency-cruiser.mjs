/** The arrows of ARCHITECTURE.md, checked: a room may import the rooms below it, never one above or beside. */
const rooms = {
  music: [],
  codec: ['music'],
  model: ['music'],
  synth: ['codec', 'music'],
  generation: ['model'],
  plugin: ['generation', 'codec', 'model', 'music'],
  plugins: ['plugin', 'generation', 'engraving', 'codec', 'model', 'music'],
  session: ['plugin', 'codec', 'model', 'music'],
  performer: ['session', 'plugin', 'codec', 'model', 'music'],
  midi: ['music'],
  engraving: ['music'],
  host: [
    ...[
      'synth',
      'performer',
      'generation',
      'session',
      'plugin',
      'codec',
      'model',
      'midi',
      'engraving',
      'music',
    ],
  ],
  corpora: ['host', 'midi', 'music'],
  'plugin-check': ['host', 'performer', 'session', 'plugin', 'codec', 'model', 'music'],
  training: ['host', 'session', 'plugin', 'codec', 'model', 'music'],
  // The one room that names plugins: it measures what they make.
  evaluation: [
    ...['training', 'plugins', 'host', 'performer', 'session'],
    ...['plugin', 'generation', 'codec', 'model', 'music'],
  ],
  // Of `host` it imports types alone (test/build/rooms.test.ts).
  protocol: ['host', 'session', 'plugin', 'music'],
  client: ['protocol', 'session', 'plugin', 'music'],
  server: ['protocol', 'host', 'session', 'plugin', 'music'],
  cluster: ['client', 'protocol', 'host', 'session', 'plugin', 'music'],
  bench: [
    ...[
      'cli',
      'cluster',
      'training',
      'server',
      'client',
      'protocol',
      'host',
      'performer',
      'session',
      'plugin',
      'codec',
      'model',
      'midi',
      'music',
    ],
  ],
  cli: [
    ...[
      'cluster',
      'server',
      'client',
      'protocol',
      'plugin-check',
      'training',
      'evaluation',
      'corpora',
      'host',
      'performer',
      'engraving',
      'session',
    ],
    ...['plugin', 'codec', 'model', 'midi', 'music'],
  ],
};

const test = '\\.test\\.ts$|/testing/';

const arrows = Object.entries(rooms).map(([room, below]) => ({
  name: `arrows-of-${room}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: test },
  to: {
    path: '^src/[^/]+/',
    pathNot: `^src/(${[room, ...below].join('|')})/`,
  },
}));

export default {
  forbidden: [
    ...arrows,
    {
      name: 'pure-rooms-import-no-node-module',
      comment:
        'music, codec, model, generation, plugin, session, performer, protocol, client and synth run in a browser: clock, files and timers are handed in',
      severity: 'error',
      from: {
        path: '^src/(music|codec|model|generation|plugin|session|performer|protocol|client|synth)/',
        pathNot: test,
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'a-plugin-knows-no-other-plugin',
      severity: 'error',
      from: { path: '^src/plugins/([^/]+)/', pathNot: test },
      to: { path: '^src/plugins/', pathNot: '^src/plugins/$1/' },
    },
    {
      name: 'panel-shares-only-types-and-pure-modules',
      severity: 'error',
      from: { path: '^web-ui/', pathNot: test },
      to: {
        path: '^src/',
        pathNot: '^src/(ago\\.ts|exhausted\\.ts|client/|protocol/|session/|plugin/|synth/|music/)',
      },
    },
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    // TypeScript 7 has no API for tools; swc reads the imports instead.
    parser: 'swc',
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
