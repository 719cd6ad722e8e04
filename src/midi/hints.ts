/** What to do about MIDI, in one or two sentences for each system. Facts: docs/MIDI.md says them at length. */
type Hint = { readonly linux: string; readonly darwin: string; readonly win32: string };

const HINTS = {
  /** The library that the MIDI addon stands on cannot be loaded. */
  library: {
    linux:
      'Install the ALSA library: `sudo apt install libasound2` (Debian 13, Ubuntu 24.04 and later: libasound2t64; Fedora: alsa-lib; Alpine: apk add alsa-lib).',
    darwin:
      'CoreMIDI is part of macOS; run `npm rebuild @julusian/midi` to repair the addon that talks to it.',
    win32: 'MIDI is part of Windows; run `npm rebuild @julusian/midi` to repair the addon that talks to it.',
  },
  /** Linux: there is no sequencer, or it cannot be opened. */
  sequencer: {
    linux:
      'Load the ALSA sequencer: `sudo modprobe snd-seq` (for good: write snd-seq into /etc/modules-load.d/midi.conf). In a container: start it with --device /dev/snd.',
    darwin: 'CoreMIDI is part of macOS: nothing to install.',
    win32: 'MIDI is part of Windows: nothing to install.',
  },
  /** Linux: the sequencer is there, for others. */
  permission: {
    linux: 'Join the group that owns it: `sudo usermod -aG audio $USER`, then log in again.',
    darwin: 'CoreMIDI needs no permission.',
    win32: 'Close other programs that hold MIDI ports: Windows lends a port to one program at a time.',
  },
  /** There are no ports. */
  ports: {
    linux:
      'Plug in a MIDI keyboard or start a synth such as qsynth: its ports appear by themselves. JACK programs need `a2jmidid -e`.',
    darwin:
      'Plug in a MIDI keyboard, or switch on the IAC Driver: Audio MIDI Setup > Window > Show MIDI Studio > IAC Driver > Device is online.',
    win32: 'Plug in a MIDI keyboard, or make a port between programs with loopMIDI (tobias-erichsen.de).',
  },
  /** There is nothing that makes a MIDI output sound. */
  synth: {
    linux:
      'Install and start a synth: `sudo apt install qsynth` (FluidSynth with a window), then `--out fluid`; or listen in the browser panel.',
    darwin:
      'Open GarageBand, which hears every MIDI source, and choose the virtual port as output; or listen in the browser panel.',
    win32:
      'Use `--out "Microsoft GS Wavetable Synth"`, which every Windows has, or listen in the browser panel.',
  },
  /** Ports of our own for others to connect to. */
  virtual: {
    linux: 'Load the ALSA sequencer: `sudo modprobe snd-seq`.',
    darwin: 'Switch on the IAC Driver in Audio MIDI Setup.',
    win32: 'Make a port with loopMIDI (tobias-erichsen.de) and give its name with --in and --out.',
  },
} satisfies Record<string, Hint>;

export type HintTopic = keyof typeof HINTS;

/** What to do about `topic` on `platform`; systems other than macOS and Windows are taken for Linux. */
export function hintFor(topic: HintTopic, platform: NodeJS.Platform = process.platform): string {
  return HINTS[topic][platform === 'darwin' || platform === 'win32' ? platform : 'linux'];
}
