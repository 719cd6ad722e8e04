import { importAddon, type MidiLibrary } from '../addon.js';

/** easymidi and its addon, where they load (on Linux they need libasound); with CI set, a failure to load fails the tests. */
export async function loadedLibrary(): Promise<MidiLibrary | undefined> {
  try {
    return await importAddon();
  } catch (error) {
    if (process.env.CI) throw error;
    return undefined;
  }
}

/** A device of a computer whose ports are `names`, for what easymidi does to devices: the addon's own need a sequencer. */
export class StandIn {
  static names: readonly string[] = [];
  static made: StandIn[] = [];
  /** The index of the port that was opened, or the name of the virtual one. */
  opened: number | string | undefined;
  destroyed = false;
  readonly sent: number[][] = [];

  constructor() {
    StandIn.made.push(this);
  }

  getPortCount = () => StandIn.names.length;
  getPortName = (index: number) => StandIn.names[index]!;
  openPort = (index: number) => {
    this.opened = index;
  };
  openVirtualPort = (name: string) => {
    this.opened = name;
  };
  closePort(): void {}
  ignoreTypes(): void {}
  on(): void {}
  destroy(): void {
    this.destroyed = true;
  }
  sendMessage(bytes: number[]): void {
    this.sent.push(bytes);
  }
}

/** The library with stand-ins for its devices, while `run` runs. */
export function withStandIns(library: MidiLibrary, names: readonly string[], run: () => void): void {
  const { input, output } = library.addon;
  StandIn.names = names;
  StandIn.made = [];
  Object.assign(library.addon, { input: StandIn, output: StandIn });
  try {
    run();
    // Whoever put another class there has put this one back.
    if ((library.addon.input as unknown) !== StandIn || (library.addon.output as unknown) !== StandIn)
      throw new Error('the classes of the addon were not put back');
  } finally {
    Object.assign(library.addon, { input, output });
  }
}
