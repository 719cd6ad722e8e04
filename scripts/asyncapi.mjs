// Writes docs/asyncapi.yaml from the schemas of the protocol (src/protocol), as they were built.
// node scripts/build.mjs --if-stale && node scripts/asyncapi.mjs [--out FILE]
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { asyncapiDocument } from '../dist/protocol/asyncapi/document.js';

const root = new URL('..', import.meta.url);
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const text = stringify(asyncapiDocument(version), { lineWidth: 0, aliasDuplicateObjects: false });
writeFileSync(values.out ?? fileURLToPath(new URL('docs/asyncapi.yaml', root)), text);
