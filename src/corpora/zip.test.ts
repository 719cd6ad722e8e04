import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ZipFileOptions, zipOf } from './testing/zip.js';
import { Zip } from './zip.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-zip-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function read(bytes: Uint8Array): Promise<Record<string, string>> {
  const path = join(folder, 'a.zip');
  writeFileSync(path, bytes);
  const zip = await Zip.open(path);
  try {
    const files: [string, string][] = [];
    for (const entry of zip.entries)
      files.push([entry.path, new TextDecoder().decode(await zip.read(entry))]);
    return Object.fromEntries(files);
  } finally {
    await zip.close();
  }
}

it('reads what another program packed, deflated and stored', async () => {
  // Made by Python's zipfile: a/one.abc deflated, a/zwei-ü.txt stored.
  const packed =
    'UEsDBBQAAAAIAAAAIVDekVWsGQAAADwAAAAJAAAAYS9vbmUuYWJji7Ay5Aqx8s9L5fK2cudyd3RKruGKIFIMAFBLAwQUAAAIAAAAACFQz2IgGQUAAAAFAAAADQAAAGEv' +
    'endlaS3DvC50eHRwbGFpblBLAQIUAxQAAAAIAAAAIVDekVWsGQAAADwAAAAJAAAAAAAAAAAAAACAAQAAAABhL29uZS5hYmNQSwECFAMUAAAIAAAAACFQz2IgGQUA' +
    'AAAFAAAADQAAAAAAAAAAAAAAgAFAAAAAYS96d2VpLcO8LnR4dFBLBQYAAAAAAgACAHIAAABwAAAAAAA=';
  expect(await read(Buffer.from(packed, 'base64'))).toEqual({
    'a/one.abc': 'X:1\nT:One\nK:G\nGABc|\n'.repeat(3),
    'a/zwei-ü.txt': 'plain',
  });
});

it.each<[string, string]>([
  ['../evil.mid', 'relative path'],
  ['a/../../evil.mid', 'relative path'],
  ['/etc/evil.mid', 'absolute path'],
  ['C:/evil.mid', 'absolute path'],
  ['a\\..\\evil.mid', 'invalid'],
  ['a\0.mid', 'invalid'],
  ['', 'invalid'],
])('opens no archive that holds %j', async (path, what) => {
  await expect(read(zipOf({ 'good.mid': 'x', [path]: 'x' }))).rejects.toMatchObject({
    code: 'ARCHIVE_BROKEN',
    message: expect.stringContaining(what),
  });
});

it.each<[string, ZipFileOptions]>([
  ['encrypted', { flags: 1 }],
  ['method: 12', { method: 12 }],
  ['damaged', { crc: 1 }],
  ['damaged', { method: 0, crc: 1 }],
])('refuses a file that is or has %s', async (what, options) => {
  await expect(read(zipOf({ 'a.mid': 'x'.repeat(100) }, options))).rejects.toMatchObject({
    code: 'ARCHIVE_BROKEN',
    message: expect.stringContaining(what),
  });
});

it('refuses an archive that is cut short anywhere, or is none', async () => {
  const bytes = zipOf({ 'a.mid': 'some music', 'b.mid': 'more' });
  for (let length = 0; length < bytes.length; length++)
    await expect(read(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN' });
  await expect(read(Buffer.from('<html>'))).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN' });
});

it('never inflates a file beyond the size that the list says', async () => {
  const bytes = Buffer.from(zipOf({ 'a.mid': Buffer.alloc(1_000_000) }));
  const list = bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1'));
  bytes.writeUInt32LE(10, list + 24);
  await expect(read(bytes)).rejects.toMatchObject({ code: 'ARCHIVE_BROKEN' });
});

/** The archive with a Zip64 end, whose list of `count` files is at `list`; the end itself is said to be at `end`. */
function zip64(bytes: Uint8Array, { end, ...changed }: { count?: bigint; list?: bigint; end?: bigint } = {}) {
  const files = bytes.subarray(0, -22);
  const plain = Buffer.from(bytes.subarray(-22));
  const record = Buffer.alloc(56);
  record.write('PK\x06\x06', 'latin1');
  record.writeBigUInt64LE(changed.count ?? BigInt(plain.readUInt16LE(10)), 32);
  record.writeBigUInt64LE(changed.list ?? BigInt(plain.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.write('PK\x06\x07', 'latin1');
  locator.writeBigUInt64LE(end ?? BigInt(files.length), 8);
  return Buffer.concat([files, record, locator, plain]);
}

it('reads Zip64', async () => {
  expect(await read(zip64(zipOf({ 'a.mid': 'one', 'b.mid': 'two' })))).toEqual({
    'a.mid': 'one',
    'b.mid': 'two',
  });
});

it.each([{ end: 2n ** 62n }, { end: 2n ** 53n - 60n }, { list: 2n ** 63n }, { count: 2n ** 50n }])(
  'refuses Zip64 that lies: %o',
  async (lie) => {
    await expect(read(zip64(zipOf({ 'a.mid': 'one' }), lie))).rejects.toMatchObject({
      code: 'ARCHIVE_BROKEN',
    });
  },
);
