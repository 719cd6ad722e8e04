import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import { ContinuoError } from '../errors.js';

/** A file in an archive. */
export interface ZipEntry {
  /** Relative, with forward slashes; never outside the archive's own folder. */
  readonly path: string;
  /** Bytes when unpacked. */
  readonly size: number;
}

/** The largest unpacked size of a file that is read, in bytes. */
const LARGEST_FILE = 64 * 2 ** 20;
/** Bytes read from an archive at once. */
const CHUNK = 2 ** 16;

/**
 * Reads zip archives file by file. yauzl reads the list, refuses paths that lead out of a folder, and never inflates a file
 * beyond the size that the list says; what it leaves to its callers is done here: the largest size, each file's CRC, and that
 * nothing is looked for beyond the end. Not read: encryption, methods other than deflate.
 * All throw ARCHIVE_BROKEN; FILE_READ where there is no file.
 */
export class Zip {
  private readonly files = new Map<string, Entry>();

  private constructor(
    private readonly name: string,
    private readonly file: FileHandle,
    private readonly archive: ZipFile,
  ) {}

  static async open(name: string): Promise<Zip> {
    const unreadable = (cause: NodeJS.ErrnoException) =>
      new ContinuoError('FILE_READ', `${name} cannot be read (${cause.code}).`, undefined, { cause });
    const file = await open(name, 'r').catch((cause) => {
      throw unreadable(cause);
    });
    try {
      const { size } = await file.stat();
      const options = { autoClose: false, strictFileNames: true };
      const archive = await fromRandomAccessReaderPromise(new Bytes(file, size), size, options);
      const zip = new Zip(name, file, archive);
      for await (const entry of archive.eachEntry()) zip.list(entry);
      return zip;
    } catch (cause) {
      await file.close();
      if ((cause as NodeJS.ErrnoException).syscall) throw unreadable(cause as NodeJS.ErrnoException);
      throw broken(name, cause as Error);
    }
  }

  get entries(): readonly ZipEntry[] {
    return [...this.files].map(([path, { uncompressedSize }]) => ({ path, size: uncompressedSize }));
  }

  async read({ path, size }: ZipEntry): Promise<Uint8Array> {
    const entry = this.files.get(path)!;
    try {
      if (size > LARGEST_FILE) throw new Error(`it would unpack to ${size} bytes`);
      const bytes = await buffer(await this.archive.openReadStreamPromise(entry));
      if (crc32(bytes) !== entry.crc32) throw new Error('it is damaged');
      return bytes;
    } catch (cause) {
      throw broken(`${path} in ${this.name}`, cause as Error);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private list(entry: Entry): void {
    const path = entry.fileName;
    // No system has such a file, but yauzl lets the name through.
    if (path === '' || path.includes('\0')) throw new Error(`invalid file name: ${JSON.stringify(path)}`);
    if (!path.endsWith('/')) this.files.set(path, entry);
  }
}

/** Reads bytes of a file for yauzl. Its own reader throws outside of any handler when a Zip64 offset passes 2^53. */
class Bytes extends RandomAccessReader {
  constructor(
    private readonly file: FileHandle,
    private readonly size: number,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.chunks(start, end), { objectMode: false });
  }

  private async *chunks(start: number, end: number): AsyncGenerator<Uint8Array> {
    if (end > this.size) throw new Error('it is cut short');
    for (let position = start; position < end; ) {
      const length = Math.min(CHUNK, end - position);
      const { bytesRead, buffer } = await this.file.read(Buffer.alloc(length), 0, length, position);
      if (bytesRead === 0) throw new Error('it is cut short');
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  }
}

function broken(name: string, cause: Error): ContinuoError {
  return new ContinuoError(
    'ARCHIVE_BROKEN',
    `${name} cannot be unpacked: ${cause.message}.`,
    'Fetch it again, or from another source.',
    { cause },
  );
}
