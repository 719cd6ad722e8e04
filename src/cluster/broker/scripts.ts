import { createHash } from 'node:crypto';

/**
 * What happens at the broker in one step: scripts of Redis (Lua 5.1), which Valkey runs alike. No script runs while another does, so what
 * a script has looked at is still so when it writes.
 *
 * Keys, where P is `continuo:1:{NAME}:` (all in one hash slot):
 *   P hosts       hash: host -> JSON {entry, beat, knows, instance}
 *   P lease:HOST  exists while the lease holds
 *   P owned:HOST  set of the sessions of a host; of the host '': those that were given up
 *   P sessions    set of all sessions
 *   P session:ID  hash: owner, fence, seq (number of the owner's last write), entry, setup, state, gap (there where the tail lacks
 *                 a write, until the next state)
 *   P tail:ID     list of batches of records
 *   P instance    random; another one once the broker has lost its data
 *   P secret      what the hosts show each other
 */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** `ARGV` are the script's own arguments; its only key is P. */
const script = (body: string): Script => {
  const text = `local P = KEYS[1]
local function told(what) redis.call('PUBLISH', P .. 'changes', what) end
${body}`;
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
};

/** Lists the hosts: record, whether the lease holds, and again. One whose lease has run out and that has no sessions is forgotten. */
const LIST_HOSTS = `
local function listed()
  local of, all = {}, redis.call('HGETALL', P .. 'hosts')
  for i = 1, #all, 2 do
    local holds = redis.call('EXISTS', P .. 'lease:' .. all[i])
    if holds == 0 and redis.call('EXISTS', P .. 'owned:' .. all[i]) == 0 then
      redis.call('HDEL', P .. 'hosts', all[i])
    else
      of[#of + 1] = all[i + 1]
      of[#of + 1] = holds
    end
  end
  return of
end
`;

/**
 * host, beat, lease in ms, entry, knows (both JSON), server (of this connection), a random word, what is orphaned in ms or 0.
 * A renewal that comes late, after a newer one, changes nothing.
 */
const renew = script(`${LIST_HOSTS}
local host, beat, server, orphaned = ARGV[1], tonumber(ARGV[2]), ARGV[6], tonumber(ARGV[8])
local was = redis.call('HGET', P .. 'hosts', host)
if was and cjson.decode(was).beat >= beat then return {'late'} end
redis.call('SET', P .. 'instance', ARGV[7], 'NX')
local instance = redis.call('GET', P .. 'instance') .. '.' .. server
local held = redis.call('EXISTS', P .. 'lease:' .. host)
redis.call('SET', P .. 'lease:' .. host, beat, 'PX', ARGV[3])
redis.call('HSET', P .. 'hosts', host, '{"entry":' .. ARGV[4] .. ',"beat":' .. ARGV[2]
  .. ',"knows":' .. ARGV[5] .. ',"instance":' .. cjson.encode(instance) .. '}')
if orphaned > 0 then
  redis.call('PEXPIRE', P .. 'owned:' .. host, orphaned)
  for _, id in ipairs(redis.call('SMEMBERS', P .. 'owned:' .. host)) do
    redis.call('PEXPIRE', P .. 'session:' .. id, orphaned)
    redis.call('PEXPIRE', P .. 'tail:' .. id, orphaned)
  end
end
if held == 0 then told('hosts') end
return {held == 1 and 'held' or 'lapsed', instance, listed()}
`);

const hosts = script(`${LIST_HOSTS}
return listed()`);

/** host */
const leave = script(`
local owned = P .. 'owned:' .. ARGV[1]
for _, id in ipairs(redis.call('SMEMBERS', owned)) do
  if redis.call('HGET', P .. 'session:' .. id, 'owner') == ARGV[1] then
    redis.call('HSET', P .. 'session:' .. id, 'owner', '')
    redis.call('SADD', P .. 'owned:', id)
    told('session ' .. id)
  end
end
redis.call('DEL', owned, P .. 'lease:' .. ARGV[1])
redis.call('HDEL', P .. 'hosts', ARGV[1])
told('hosts')
return 'done'`);

/** Key after P of a set of sessions. Those that have expired leave it. */
const sessions = script(`
local of = {}
for _, id in ipairs(redis.call('SMEMBERS', P .. ARGV[1])) do
  local one = redis.call('HMGET', P .. 'session:' .. id, 'owner', 'fence', 'entry')
  if one[1] then
    of[#of + 1] = one
  else
    redis.call('SREM', P .. ARGV[1], id)
    redis.call('SREM', P .. 'sessions', id)
  end
end
return of`);

/** session */
const session = script(`
local one = redis.call('HMGET', P .. 'session:' .. ARGV[1], 'owner', 'fence', 'entry')
if one[1] then return one end
return false`);

/** session, host, fence, entry, setup, orphaned, 'again' or ''. Returns the number of the last write. */
const register = script(`
local id, host, fence, key = ARGV[1], ARGV[2], tonumber(ARGV[3]), P .. 'session:' .. ARGV[1]
local was = redis.call('HMGET', key, 'owner', 'fence', 'seq')
local seq = '0'
if was[1] then
  local last = tonumber(was[2])
  if last > fence or (last == fence and was[1] ~= host) then return {'fenced'} end
  redis.call('SREM', P .. 'owned:' .. was[1], id)
  if last == fence then seq = was[3] end
end
if seq == '0' then
  redis.call('HDEL', key, 'state', 'gap')
  redis.call('DEL', P .. 'tail:' .. id)
  if ARGV[7] == 'again' then redis.call('HSET', key, 'gap', 1) end
end
redis.call('HSET', key, 'owner', host, 'fence', fence, 'seq', seq, 'entry', ARGV[4], 'setup', ARGV[5])
redis.call('PEXPIRE', key, ARGV[6])
redis.call('SADD', P .. 'sessions', id)
redis.call('SADD', P .. 'owned:' .. host, id)
redis.call('PEXPIRE', P .. 'owned:' .. host, ARGV[6])
told('session ' .. id)
return {'done', seq}`);

/**
 * session, host, owner that was seen ('': none), its fence, the owner's beat, 'dead' or '', orphaned. Returns the new fence or 0.
 * An owner that lives may be claimed from only by who is known to it, and only where it has renewed since the broker was replaced: what
 * an older copy of the broker's data says of whom it knows may no longer be so.
 */
const claim = script(`
local id, host, owner, fence, key = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), P .. 'session:' .. ARGV[1]
local now = redis.call('HMGET', key, 'owner', 'fence')
if not now[1] or now[1] ~= owner or tonumber(now[2]) ~= fence then return 0 end
if redis.call('EXISTS', P .. 'lease:' .. host) == 0 then return 0 end
if owner ~= '' and owner ~= host and ARGV[6] ~= 'dead' then
  if redis.call('EXISTS', P .. 'lease:' .. owner) == 1 then return 0 end
  local of, mine = redis.call('HGET', P .. 'hosts', owner), redis.call('HGET', P .. 'hosts', host)
  if not of or not mine then return 0 end
  of, mine = cjson.decode(of), cjson.decode(mine)
  if of.beat ~= tonumber(ARGV[5]) or of.instance ~= mine.instance then return 0 end
  local known = false
  for _, peer in ipairs(of.knows) do known = known or peer == host end
  if not known then return 0 end
end
redis.call('HSET', key, 'owner', host, 'fence', fence + 1, 'seq', 0)
redis.call('SREM', P .. 'owned:' .. owner, id)
redis.call('SADD', P .. 'owned:' .. host, id)
redis.call('PEXPIRE', P .. 'owned:' .. host, ARGV[7])
redis.call('PEXPIRE', key, ARGV[7])
told('session ' .. id)
return fence + 1`);

/** session */
const read = script(`
local one = redis.call('HMGET', P .. 'session:' .. ARGV[1], 'setup', 'state')
if not one[1] then return false end
return {one[1], one[2], redis.call('LRANGE', P .. 'tail:' .. ARGV[1], 0, -1)}`);

/**
 * session, host, fence, seq: what every write of an owner begins with. Its writes are numbered: one that comes late (it was sent on a
 * connection that was given up) changes nothing, and one that is missing shows.
 */
const owned = (body: string): Script =>
  script(`
local id, host, seq, key = ARGV[1], ARGV[2], tonumber(ARGV[4]), P .. 'session:' .. ARGV[1]
local now = redis.call('HMGET', key, 'owner', 'fence', 'seq')
if not now[1] then return 'unknown' end
if now[1] ~= host or tonumber(now[2]) ~= tonumber(ARGV[3]) then return 'fenced' end
if seq <= tonumber(now[3]) then return 'late' end
if seq ~= tonumber(now[3]) + 1 then redis.call('HSET', key, 'gap', 1) end
${body}
return 'done'`);

/** + entry, setup, orphaned */
const tell = owned(`
redis.call('HSET', key, 'seq', seq, 'entry', ARGV[5], 'setup', ARGV[6])
redis.call('PEXPIRE', key, ARGV[7])
told('session ' .. id)`);

/** + state, orphaned */
const keep = owned(`
redis.call('HSET', key, 'seq', seq, 'state', ARGV[5])
redis.call('HDEL', key, 'gap')
redis.call('DEL', P .. 'tail:' .. id)
redis.call('PEXPIRE', key, ARGV[6])`);

/** + records, orphaned */
const append = owned(`
redis.call('HSET', key, 'seq', seq)
if redis.call('HEXISTS', key, 'gap') == 1 then return 'gap' end
redis.call('RPUSH', P .. 'tail:' .. id, ARGV[5])
redis.call('PEXPIRE', P .. 'tail:' .. id, ARGV[6])`);

const release = owned(`
redis.call('HSET', key, 'owner', '', 'seq', seq)
redis.call('SREM', P .. 'owned:' .. host, id)
redis.call('SADD', P .. 'owned:', id)
told('session ' .. id)`);

const forget = owned(`
redis.call('DEL', key, P .. 'tail:' .. id)
redis.call('SREM', P .. 'owned:' .. host, id)
redis.call('SREM', P .. 'sessions', id)
told('session ' .. id)`);

/** A word that is to be it where there is none yet. */
const secret = script(`
redis.call('SET', P .. 'secret', ARGV[1], 'NX')
return redis.call('GET', P .. 'secret')`);

export const SCRIPTS = {
  ...{ renew, hosts, leave, sessions, session, register, claim, read },
  ...{ tell, keep, append, release, forget, secret },
} as const;
