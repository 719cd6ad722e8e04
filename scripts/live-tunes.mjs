#!/usr/bin/env node
// How the live folk player answers, by what a musician can read of a tune:
//   npm run build && node scripts/live-tunes.mjs DATASET valid 60 [--lead 0,1] [--temperature 1] [--seed 1] [--rows rows.jsonl]
//   node scripts/live-tunes.mjs DATASET train 300 --fit 4
// The player plays eight bars, the first part of a tune, and the model answers with as many; beside it, the eight bars of the tune's second
// part, as people go on. --fit prints how much likelier each step of the scale should be where a phrase ends (LEADS in
// src/plugins/folk/live/lead.ts), round by round: the correction for the live model's drift.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const from = (path) => import(new URL(`../dist/${path}`, import.meta.url).href);
const { readDataset } = await from('training/dataset/read-dataset.js');
const { folkCodec } = await from('plugins/folk/codec/index.js');
const { SIGNS, NO_ACCIDENTAL } = await from('plugins/folk/codec/grammar-tokens.js');
const { LEADS, LiveLead } = await from('plugins/folk/live/lead.js');
const { WIDEST_LEAP } = await from('plugins/folk/codec/note-signs.js');
const { zoneOf } = await from('plugins/folk/codec/live-cadence.js');
const { unitSeconds, liveTune } = await from('plugins/folk/codec/live-settings.js');
const { parseTuneOdds } = await from('plugins/folk/odds/tune-odds.js');
const { readingOf } = await from('plugins/folk/critic/reading.js');
const { inputOf, INPUT_SIZES } = await from('plugins/folk/critic/input.js');
const { openHostPerformer } = await from('host/models/open-host-performer.js');
const { loadCritic } = await from('plugins/folk/generate/critic.js');
const { filesOf } = await from('host/models/model-file.js');
const { readModel } = await from('host/models/read-model.js');
const { soundingNotes } = await from('music/abc/notes.js');
const { meterText } = await from('music/abc/meter.js');
const { defaultValues } = await from('plugin/params.js');
const { ModelVoice } = await from('session/model-voice.js');
const { NoteLedger } = await from('session/ledger.js');
const { survivingTokens } = await from('session/take.js');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lead: { type: 'string', default: '0,1' },
    temperature: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    fit: { type: 'string' },
    rows: { type: 'string' },
  },
});
const [dataset, split, count] = positionals;
const BARS = 8;
const KEYS = { maj: 'D', min: 'Em', dor: 'Ador', mix: 'Amix' };

/** Tokens of eight bars of a part, with plain bar lines; null where it has others. */
function eightBars(part, full) {
  const pickup = part[0].length < full ? part[0].length : 0;
  const bars = pickup > 0 ? part.slice(1) : part;
  const whole = bars.every(
    ({ length }, at) => length === full || (at === BARS - 1 && length + pickup === full),
  );
  return bars.length === BARS && whole ? bars.map(({ tokens }) => tokens) : null;
}

/** The bars of a tune, part by part, without second endings. */
function partsOf(tokens, header, full) {
  const parts = [[]];
  let music = [];
  for (const token of tokens) {
    const { kind, line } = folkCodec.symbols[token];
    if (kind === 'volta') return [];
    if (kind !== 'bar' && kind !== 'end') {
      music.push(token);
      continue;
    }
    if (music.length > 0) {
      const length = soundingLength([...header, ...music]);
      parts.at(-1).push({ length, tokens: music });
      music = [];
    }
    if (line !== '|' && parts.at(-1).some(({ length }) => length === full)) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

function soundingLength(tokens) {
  return soundingNotes(folkCodec.decode(tokens)).reduce(
    (end, { start, duration }) => Math.max(end, 4 * (start.num / start.den + duration.num / duration.den)),
    0,
  );
}

/** Tunes whose first two parts have eight whole bars each, as they would be played in a session. */
async function prompts() {
  const { pieces } = await readDataset(dataset, split);
  const found = pieces.flatMap(({ path, tokens: [, ...tokens] }) => {
    const tune = folkCodec.decode(tokens);
    const first = tokens.findIndex(
      (token) => !['type', 'meter', 'key'].includes(folkCodec.symbols[token].kind),
    );
    const header = tokens.slice(0, first);
    const key = KEYS[tune.key.mode];
    const meter = tune.meter && meterText(tune.meter);
    const params = { key, meter, type: tune.type?.replaceAll(' ', '-') ?? 'any', grid: 'sixteenths' };
    const { choices } = descriptor.params.meter;
    if (!key || !choices.includes(meter)) return [];
    if (!descriptor.params.type.choices.includes(params.type)) params.type = 'any';
    const { bar } = liveTune(params);
    const [one, two] = partsOf(tokens.slice(first), header, bar).map((part) => eightBars(part, bar));
    return one && two ? [{ path, header, params, one, two }] : [];
  });
  const every = Math.max(1, found.length / Number(count));
  return Array.from(
    { length: Math.min(found.length, Number(count)) },
    (_, index) => found[Math.floor(index * every)],
  );
}

const setup = {
  plugin: 'folk',
  model: 'folk-session',
  engine: 'kernel',
  precision: 'int8',
  seed: Number(values.seed),
};
const { descriptor, engine, codec, createDraw } = await openHostPerformer(setup);
const { metadata, path: folder } = await readModel(setup.model);
const critic = await loadCritic(filesOf(folder));
const odds = parseTuneOdds(metadata.odds);
const line = folkCodec.read('|')[0];
const tuneOf = (header, bars) => folkCodec.decode([...header, ...bars.flatMap((bar) => [...bar, line])]);

/** The model's answer to the first part, as bars. */
function answer({ header, params, one }, index, lead, leads) {
  const records = [];
  const values_ = {
    ...defaultValues(descriptor.params),
    ...params,
    lead,
    temperature: Number(values.temperature),
  };
  const leader = new LiveLead(odds, leads);
  const voice = new ModelVoice(
    {
      ...{ engine, codec },
      grammar: { forbid() {}, bias: (logits, { stream }) => leader.lead(logits, stream, lead) },
      createDraw: (branch, params, drawn) => createDraw(100 * index + branch, params, drawn),
      ledger: new NoteLedger({ noteOn() {}, noteOff() {}, silence() {} }),
      emit() {},
      record: (record) => records.push(record),
    },
    values_,
    () => 0,
    0,
  );
  const live = liveTune(params);
  const unit = unitSeconds(live, { tempo: values_.tempo });
  let end = 0;
  const shift = { maj: 2, min: 4, dor: 9, mix: 9 }[folkCodec.decode(header).key.mode];
  for (const { pitch, start, duration } of soundingNotes(tuneOf(header, one))) {
    const time = 4 * unit * (start.num / start.den);
    end = time + 4 * unit * (duration.num / duration.den);
    voice.feed({ type: 'noteOn', time, pitch: pitch + shift, velocity: 80 });
    voice.feed({ type: 'noteOff', time: end - 0.01, pitch: pitch + shift });
  }
  end = BARS * live.bar * unit;
  voice.begin(end, end + BARS * live.bar * unit);
  const heard = survivingTokens(records, folkCodec.startToken).length;
  voice.plan(Number.POSITIVE_INFINITY);
  voice.end(voice.doneAt ?? end);
  const tokens = survivingTokens(records, folkCodec.startToken).slice(heard);
  voice.free();
  const bars = [[]];
  for (const token of tokens) {
    if (SIGNS[token].kind !== 'bar') bars.at(-1).push(token);
    else if (bars.at(-1).length > 0) bars.push([]);
  }
  return bars.filter((bar) => bar.length > 0).slice(0, BARS);
}

/** How bars 4 and 8 end: where the last note begins, and on which step. */
function endsOf(header, bars, { bar, beat }) {
  return [
    [3, 'half'],
    [7, 'close'],
  ].flatMap(([place, kind]) => {
    const last = bars[place] && soundingNotes(tuneOf(header, [bars[place]])).at(-1);
    const sign = last && SIGNS[bars[place].findLast((token) => SIGNS[token].kind === 'pitch')];
    const zone = last ? zoneOf(bar - 4 * (last.start.num / last.start.den), beat) : null;
    if (zone === null || (sign.accidental !== 0 && sign.accidental !== NO_ACCIDENTAL)) return [];
    return [{ kind, zone, degree: ((sign.step % 7) + 7) % 7 }];
  });
}

/** Steps from the last note of a bar to the first of the next. */
function leapsOf(bars) {
  const steps = bars.map((bar) =>
    bar.flatMap((token) => (SIGNS[token].kind === 'pitch' ? [SIGNS[token].step] : [])),
  );
  return steps.slice(1).flatMap((next, at) => {
    const before = steps[at].at(-1);
    return before === undefined || next.length === 0
      ? []
      : [Math.min(WIDEST_LEAP, Math.abs(next[0] - before))];
  });
}

/** Counts of everything that LEADS has log-odds for. */
function countOf(list) {
  const kind = () => Array.from({ length: LEADS.ends.half.length }, () => new Array(7).fill(0));
  const counts = {
    ends: { half: kind(), close: kind() },
    fills: { half: [0, 0], close: [0, 0] },
    overBars: new Array(WIDEST_LEAP + 1).fill(0),
  };
  for (const { header, bars, params } of list) {
    for (const { kind, zone, degree } of endsOf(header, bars, liveTune(params))) {
      counts.ends[kind][zone][degree]++;
      counts.fills[kind][Number(zone < LEADS.ends.half.length - 1)]++;
    }
    for (const leap of leapsOf(bars)) counts.overBars[leap]++;
  }
  return counts;
}

const tunes = await prompts();
process.stderr.write(`${tunes.length} tunes\n`);

/** Shrinks log-odds of rare events towards their last value. */
const SELDOM = 3;

/** Log-odds that move the shares of `is` (count) towards those of `wanted`. */
function nearer(leads, wanted, is) {
  const shares = (counts) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (count + SELDOM / counts.length) / (all + SELDOM));
  };
  const [people, made] = [shares(wanted), shares(is)];
  return leads.map((lead, at) => Math.round(100 * (lead + Math.log(people[at] / made[at]))) / 100);
}

function fitted(rounds) {
  let leads = LEADS;
  const people = countOf(tunes.map(({ two, ...tune }) => ({ ...tune, bars: two })));
  const kinds = (of) => ({ half: of('half'), close: of('close') });
  for (let round = 0; round < rounds; round++) {
    const made = countOf(
      tunes.map((tune, index) => ({ ...tune, bars: answer(tune, 10_000 * round + index, 1, leads) })),
    );
    const { ends, fills, overBars } = leads;
    leads = {
      ends: kinds((kind) =>
        ends[kind].map((steps, zone) => nearer(steps, people.ends[kind][zone], made.ends[kind][zone])),
      ),
      fills: kinds((kind) => {
        const [not, does] = nearer([0, fills[kind]], people.fills[kind], made.fills[kind]);
        return Math.round(100 * (does - not)) / 100;
      }),
      overBars: nearer(overBars, people.overBars, made.overBars),
    };
    process.stdout.write(
      `${JSON.stringify({ round, leads, made: { fills: made.fills, close: made.ends.close, half: made.ends.half } })}\n`,
    );
  }
  process.stdout.write(`${JSON.stringify({ people })}\n`);
}

function heardOf(name, list) {
  return list.flatMap(({ header, bars, path }) => {
    const tune = tuneOf(header, bars);
    const [reading, verdict] = [readingOf(tune), critic.judge(tune)];
    if (!reading || !verdict) return [];
    return [
      {
        by: name,
        path,
        family: 0,
        kind: reading.type ?? reading.meter,
        rows: [...inputOf(reading)],
        ...verdict,
      },
    ];
  });
}

function auc(people, made) {
  let sum = 0;
  for (const one of people) for (const other of made) sum += one > other ? 1 : one === other ? 0.5 : 0;
  return sum / (people.length * made.length);
}

function table() {
  const groups = [
    [
      'people',
      heardOf(
        'people',
        tunes.map(({ header, two, path }) => ({ header, bars: two, path })),
      ),
    ],
  ];
  for (const lead of values.lead.split(',').map(Number)) {
    const began = performance.now();
    groups.push([
      `lead ${lead}`,
      heardOf(
        `lead ${lead}`,
        tunes.map((tune, index) => ({
          header: tune.header,
          path: tune.path,
          bars: answer(tune, index, lead, LEADS),
        })),
      ),
    ]);
    process.stderr.write(`lead ${lead}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  }
  const mean = (list, of) => list.reduce((sum, each) => sum + of(each), 0) / list.length;
  const row = (name, of, digits = 2) =>
    process.stdout.write(
      `| ${name} | ${groups.map(([, list]) => mean(list, of).toFixed(digits)).join(' | ')} |\n`,
    );
  process.stdout.write(
    `| | ${groups.map(([name, list]) => `${name} (${list.length})`).join(' | ')} |\n|---${'|---'.repeat(groups.length)}|\n`,
  );
  for (const name of Object.keys(groups[0][1][0].features)) row(name, ({ features }) => features[name], 3);
  row('vetoes', ({ vetoes }) => Math.min(1, vetoes.length));
  const people = groups[0][1];
  for (const name of ['byFeatures', 'byNetwork', 'logit'])
    process.stdout.write(
      `| AUC ${name} | ${groups
        .map(([, list]) =>
          auc(
            people.map((one) => one[name]),
            list.map((one) => one[name]),
          ).toFixed(3),
        )
        .join(' | ')} |\n`,
    );
  if (values.rows)
    writeFileSync(
      values.rows,
      [{ sizes: INPUT_SIZES }, ...groups.flatMap(([, list]) => list)]
        .map((line) => `${JSON.stringify(line)}\n`)
        .join(''),
    );
}

if (values.fit) fitted(Number(values.fit));
else table();
engine.dispose();
