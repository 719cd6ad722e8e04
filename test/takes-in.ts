import { readdirSync } from 'node:fs';

/** Names of the takes in a folder of takes, the oldest first. Hosts keep their open sessions there too, under a name with a dot. */
export function takesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
}
