import { ContinuoError } from '../../errors.js';

/** Where a broker is, and how to get in. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly database: number;
  readonly username?: string;
  readonly password?: string;
  /** To be shown: without user and password. */
  readonly shown: string;
}

const FORM = 'redis://[user:password@]host[:port][/database], or rediss:// for an encrypted connection';

/** Reads the address of a broker. Throws CLUSTER_ADDRESS, without what may be a password. */
export function readBrokerAddress(text: string): BrokerAddress {
  const refuse = (why: string): never => {
    throw new ContinuoError('CLUSTER_ADDRESS', `The address of the broker ${why}. Expected: ${FORM}.`);
  };
  const url = URL.canParse(text) ? new URL(text) : refuse(`${shownOf(text)} is no URL`);
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:')
    refuse(`${shownOf(text)} begins with ${url.protocol}`);
  if (url.hostname === '') refuse(`${shownOf(text)} names no host`);
  if (url.search !== '' || url.hash !== '') refuse(`${shownOf(text)} goes on after the database`);
  const path = url.pathname.replace(/^\//, '');
  if (!/^\d{0,5}$/.test(path)) refuse(`${shownOf(text)} has a database that is no number`);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? 6379 : Number(url.port);
  const tls = url.protocol === 'rediss:';
  const database = Number(path);
  const shown = `${url.protocol}//${url.hostname}:${port}${database === 0 ? '' : `/${database}`}`;
  const open = { host, port, tls, database, shown };
  if (url.password === '' && url.username === '') return open;
  try {
    const username = decodeURIComponent(url.username);
    const password = decodeURIComponent(url.password);
    return { ...open, ...(username !== '' && { username }), password };
  } catch {
    return refuse(`${shownOf(text)} has a % in user or password that is not followed by two digits`);
  }
}

/** An address without all that stands before its last @, which may be a password. */
function shownOf(text: string): string {
  const rest = text.slice(text.lastIndexOf('@') + 1);
  const scheme = /^[a-z]+:\/\//i.exec(text)?.[0] ?? '';
  // What has an @ in its middle may have a password on either side of it that was not written as it should be.
  const shown = rest === text ? text : `${scheme}…@${rest}`;
  return JSON.stringify(shown.slice(0, 80));
}
