import { type FileHandle, open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { ContinuoError } from '../../errors.js';

/** A file in an archive. */
export interface ZipEntry {
  /** Relative, with forward slashes; never outside the archive's own folder. */
  readonly path: string;
  /** Bytes when unpacked. */
  readonly size: number;
}

interface Located extends ZipEntry {
  readonly method: number;
  readonly crc: number;
  readonly packedSize: number;
  readonly offset: number;
}

// Names and offsets of PKWARE's APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16.
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** A score or a book of tunes is smaller; what unpacks to more is not read. */
const LARGEST_FILE = 64 * 2 ** 20;

/**
 * Reads zip archives file by file, over Node's zlib. Every path is checked when the archive is opened, so that none leads out
 * of the folder it is unpacked to, and every file by its CRC. Not read: Zip64, encryption, methods other than deflate.
 * All throw ARCHIVE_BROKEN.
 */
export class Zip {
  private constructor(
    private readonly name: string,
    private readonly file: FileHandle,
    readonly entries: readonly ZipEntry[],
  ) {}

  static async open(name: string): Promise<Zip> {
    const file = await open(name, 'r').catch((cause: NodeJS.ErrnoException) => {
      throw new ContinuoError('FILE_READ', `${name} cannot be read (${cause.code}).`, undefined, { cause });
    });
    try {
      return new Zip(name, file, await directory(name, file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(entry: ZipEntry): Promise<Uint8Array> {
    const { path, size, method, crc, packedSize, offset } = entry as Located;
    if (size > LARGEST_FILE) throw broken(this.name, `${path} would unpack to ${size} bytes`);
    const header = await bytesAt(this.name, this.file, offset, 30);
    if (header.readUInt32LE(0) !== LOCAL) throw broken(this.name, `${path} is not where the list says`);
    const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
    const packed = await bytesAt(this.name, this.file, start, packedSize);
    let bytes: Uint8Array = packed;
    if (method === DEFLATED) {
      try {
        bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
      } catch (cause) {
        throw broken(this.name, `${path} cannot be inflated (${(cause as Error).message})`);
      }
    } else if (method !== STORED) throw broken(this.name, `${path} is packed by method ${method}`);
    if (bytes.length !== size || crc32(bytes) !== crc) throw broken(this.name, `${path} is damaged`);
    return bytes;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

async function directory(name: string, file: FileHandle): Promise<Located[]> {
  const { size } = await file.stat();
  const tailSize = Math.min(size, END_SIZE + LONGEST_COMMENT);
  const tail = await bytesAt(name, file, size - tailSize, tailSize);
  const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || tail.length - end < END_SIZE || tail.readUInt32LE(end) !== END) {
    throw broken(name, 'it has no list of files, so it is no zip file or is cut short');
  }
  const count = tail.readUInt16LE(end + 10);
  const listSize = tail.readUInt32LE(end + 12);
  const listAt = tail.readUInt32LE(end + 16);
  if (count === 0xffff || listAt === 0xffffffff) throw broken(name, 'it is a Zip64 archive');
  const list = await bytesAt(name, file, listAt, listSize);
  const entries: Located[] = [];
  for (let at = 0, n = 0; n < count; n++) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== CENTRAL) throw broken(name, 'its list is damaged');
    const nameSize = list.readUInt16LE(at + 28);
    const path = list.toString('utf8', at + 46, at + 46 + nameSize);
    checkPath(name, path);
    if (list.readUInt16LE(at + 8) & ENCRYPTED) throw broken(name, `${path} is encrypted`);
    if (!path.endsWith('/')) {
      entries.push({
        path,
        method: list.readUInt16LE(at + 10),
        crc: list.readUInt32LE(at + 16),
        packedSize: list.readUInt32LE(at + 20),
        size: list.readUInt32LE(at + 24),
        offset: list.readUInt32LE(at + 42),
      });
    }
    at += 46 + nameSize + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32);
  }
  return entries;
}

/** An archive that names a file outside itself is not unpacked at all: nothing else of it deserves trust either. */
function checkPath(name: string, path: string): void {
  const outside = path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.split('/').includes('..');
  if (path === '' || outside || /[\\\0]/.test(path)) {
    throw broken(name, `it holds a file named ${JSON.stringify(path)}, which leads out of its folder`);
  }
}

async function bytesAt(name: string, file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { size } = await file.stat();
  if (position < 0 || position + length > size) throw broken(name, 'it is cut short');
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw broken(name, 'it is cut short');
    done += bytesRead;
  }
  return bytes;
}

function broken(name: string, what: string): ContinuoError {
  return new ContinuoError(
    'ARCHIVE_BROKEN',
    `${name} cannot be unpacked: ${what}.`,
    'Fetch it again, or from another source.',
  );
}
