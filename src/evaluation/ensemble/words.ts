import { columns } from '../../columns.js';
import { FOLLOWERS } from '../../plugins/ensemble/codec/step.js';
import { GESTURES } from '../../plugins/ensemble/gestures/gesture.js';
import type { Confusion } from './confusion.js';
import type { BandCosts } from './costs.js';
import type { Changes, Responses } from './response.js';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const table = (rows: readonly (readonly string[])[]) => `${columns(rows).join('\n')}\n`;

/** What held-out steps cost, as a table. */
export function costWords(costs: BandCosts): string {
  const nats = (name: string, value: number) => [name, value.toFixed(4)];
  return table([
    [`${costs.steps} held-out steps`, 'nats a step'],
    nats('network', costs.network),
    ...FOLLOWERS.map((player) => nats(`  ${player} alone`, costs.players[player])),
    nats('network, told the leader of another song', costs.otherLeader),
    nats('Kneser-Ney of the last two steps', costs.markov2),
    nats('Kneser-Ney of the last step', costs.markov1),
    nats('the step before, else unigrams', costs.same),
    nats('unigrams', costs.unigram),
  ]);
}

/** How bands change, and how soon they answer another leader. */
export function answerWords(answers: Responses): string {
  const row = (name: string, changes: Changes) => [
    name,
    ...FOLLOWERS.map((player) => percent(changes.players[player])),
    percent(changes.afterChange),
    percent(changes.otherwise),
    changes.wait.toFixed(2),
  ];
  const within = Object.entries(answers.differWithin).map(([steps, share]) => `${steps}: ${percent(share)}`);
  return `${table([
    ['steps with a change', ...FOLLOWERS, 'leader changed', 'leader did not', 'steps until'],
    row('people', answers.people),
    row('  beside another leader', answers.peopleOtherLeader),
    row('network', answers.network),
    row('  beside another leader', answers.networkOtherLeader),
  ])}
Another leader takes over (${answers.places} places, the same chance): bands that play otherwise within ${within.join(', ')} steps.
`;
}

/** How gestures come back from notes: a row for each that was meant, all followers together. */
export function confusionWords({ players, right, steps }: Confusion): string {
  const rows = GESTURES.map(({ id }, meant) => [
    id,
    ...GESTURES.map((_, read) =>
      String(FOLLOWERS.reduce((sum, player) => sum + players[player][meant]![read]!, 0)),
    ),
  ]);
  return `${table([['meant, read', ...GESTURES.map(({ id }) => id)], ...rows])}
Read from ${steps} steps that were played as they were meant: ${FOLLOWERS.map((player) => `${player} ${percent(right[player])}`).join(', ')}.
`;
}
