import { expect, it } from 'vitest';
import { serve } from '../server/testing/served.js';
import { connectHost, connectSession } from './connect.js';

const served = serve();

it('lists, opens, names, closes and reopens sessions, and follows what others do with them', async () => {
  const [one, two] = [await connectHost(served.server.address), await connectHost(served.server.address)];
  expect(one.welcome.limits.sessions).toBeGreaterThan(1);
  const [first] = one.sessions;
  expect(one.sessions).toHaveLength(1);
  const heard = two.next('sessions', (sessions) => sessions.length === 2);
  const id = await one.openSession({ name: 'Second' });
  expect((await heard).map(({ name }) => name)).toEqual([first!.name, 'Second']);
  expect(one.sessions.map((session) => session.id)).toEqual([first!.id, id]);
  await two.renameSession(id, 'Other');
  expect(two.sessions[1]!.name).toBe('Other');

  const session = await connectSession(served.server.address, { session: id });
  const ended = session.next('ended');
  await one.closeSession(id);
  expect(await ended).toMatchObject({ code: 'SESSION_CLOSED' });
  expect(session.connected).toBe(false);
  await one.reopenSession(id);
  const welcome = session.next('welcome');
  session.retry();
  await welcome;
  expect(session.connected).toBe(true);
  for (const client of [one, two, session]) client.close();
});

it('rejects what the host refuses', async () => {
  const host = await connectHost(served.server.address);
  await expect(host.closeSession('nowhere1')).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
  await expect(host.openSession({ name: '' })).rejects.toMatchObject({ code: 'PROTOCOL_MESSAGE' });
  host.close();
});
