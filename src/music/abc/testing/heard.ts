import abcjs from 'abcjs';

/** A note that abcjs plays: MIDI number, start and length in whole notes, repeats played. */
export interface HeardNote {
  readonly pitch: number;
  readonly start: number;
  readonly duration: number;
}

/** What abcjs makes of a tune: the independent reader that ours is held to. */
export function heardByAbcjs(abc: string): { notes: HeardNote[]; warnings: readonly string[] } {
  const [tune] = abcjs.parseOnly(abc);
  const track = tune!.setUpAudio({}).tracks[0] ?? [];
  const notes = track.flatMap((item) =>
    item.cmd === 'note' ? [{ pitch: item.pitch, start: item.start, duration: item.duration }] : [],
  );
  return { notes, warnings: tune!.warnings ?? [] };
}

/** A tune's source without what the tokens do not keep, so that abcjs hears the tune alone. */
export function bare(source: string): string {
  const lines: string[] = [];
  let inHeader = true;
  const all = source.split(/\r?\n/).filter((line) => !line.startsWith('%%'));
  for (const line of all.map((line) => line.replace(/(?<!\\)%.*$/, ''))) {
    const field = /^(?![A-Ga-g]:[|:])([A-Za-z+]):/.exec(line)?.[1];
    if (field === undefined) {
      // A remark that goes on over several lines; abcjs would play its letters.
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
