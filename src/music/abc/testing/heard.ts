import abcjs from 'abcjs';

/** A note that abcjs plays, with repeats expanded: MIDI number, start and length in whole notes. */
export interface HeardNote {
  readonly pitch: number;
  readonly start: number;
  readonly duration: number;
}

/** The notes that abcjs, an independent reader, plays for a tune, to compare with ours. */
export function heardByAbcjs(abc: string): { notes: HeardNote[]; warnings: readonly string[] } {
  const [tune] = abcjs.parseOnly(abc);
  const track = tune!.setUpAudio({}).tracks[0] ?? [];
  const notes = track.flatMap((item) =>
    item.cmd === 'note' ? [{ pitch: item.pitch, start: item.start, duration: item.duration }] : [],
  );
  return { notes, warnings: tune!.warnings ?? [] };
}

/** A tune's source without what the tokens leave out, so that abcjs plays the same notes. */
export function bare(source: string): string {
  const lines: string[] = [];
  let inHeader = true;
  const all = source.split(/\r?\n/).filter((line) => !line.startsWith('%%'));
  for (const line of all.map((line) => line.replace(/(?<!\\)%.*$/, ''))) {
    const field = /^(?![A-Ga-g]:[|:])([A-Za-z+]):/.exec(line)?.[1];
    if (field === undefined) {
      // A remark that continues over several lines; abcjs would play its letters.
      if (inHeader && !line.includes('|') && all.some((other) => other.startsWith('K:'))) continue;
      inHeader = false;
      lines.push(bareMusic(line));
    } else if ('XMLTVK'.includes(field)) lines.push(line);
    if (field === 'K') inHeader = false;
  }
  return `${lines.filter((line) => line.trim() !== '').join('\n')}\n`;
}

function bareMusic(line: string): string {
  return line
    .replace(/\["[^"]*"/g, '|')
    .replace(/"[^"]*"|\{[^}]*\}|![^!|]*!|[~.]/g, '')
    .replace(/\[[A-Z]:[^\]]*\]|[HLMOPRSTuvt]/g, (sign) => (/^\[[KMLV]:/.test(sign) ? sign : ''));
}
