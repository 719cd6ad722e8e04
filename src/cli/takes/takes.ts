import { defineCommand } from 'citty';
import replay from '../live/replay.js';
import exporting from './export.js';
import { remove, rename, restore } from './keep.js';
import list from './list.js';
import play from './play.js';
import show from './show.js';

export default defineCommand({
  meta: {
    name: 'takes',
    description: 'What was played: list it, look at it, hear it, export it, name and delete it.',
  },
  subCommands: { list, show, play, replay, export: exporting, rename, delete: remove, restore },
});
