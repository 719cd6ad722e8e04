// A host that has no sessions and leads to those of another: node front-host.mjs ADDRESS ID…. Prints its own address.
import { FOLDERS } from '../../dist/host/folders.js';
import { startServer } from '../../dist/server/start-server.js';

const [address, ...ids] = process.argv.slice(2);
const now = () => performance.now() / 1000;
const nothing = () => () => {};
const nobody = () => {
  throw new Error('this host has no sessions');
};
const entries = ids.map((id) => ({
  ...{ id, name: id, mode: 'answer', phase: 'stopped', clients: 0, openedAt: '', take: null },
  plugin: { id: 'piano', name: 'Piano' },
  model: { id: 'piano-pop', name: 'Pop' },
  host: { id: 'other', name: 'other' },
}));
const own = {
  ...{ now, most: 0, first: undefined, list: () => [], plugins: async () => [], get: nobody },
  ...{ open: nobody, close: nobody, reopen: nobody, rename: nobody, attend: nothing, touched() {} },
  subscribe: nothing,
};
const cluster = {
  ...{ secret: 'a-secret-of-this-test', own, watchHosts: nothing, move: nobody },
  hosts: () => [{ id: 'other', name: 'other', address }],
  elsewhere: (id) => (ids.includes(id) ? { address } : undefined),
};
const server = await startServer({
  ...{ sessions: { ...own, list: () => entries, first: ids[0], cluster }, port: 0 },
  ...{ pieces: { composers: () => [] }, takes: {}, panelFolder: FOLDERS.panel },
});
process.stdout.write(`${server.address}\n`);
process.on('disconnect', () => process.exit());
