/**
 * The code of every error that a user can meet. Codes are permanent: a retired one is never used again. docs/ERRORS.md
 * explains each; a test keeps the two in step.
 */
export const ERROR_CODES = {
  // music/
  MIDI_NOT_A_FILE: 'the bytes are not a Standard MIDI File',
  MIDI_TRUNCATED: 'the MIDI file ends before its tracks do',
  MIDI_TIMING: 'the MIDI file keeps time in a way that cannot be read',
  MIDI_EMPTY: 'the MIDI file has no notes',
  MIDI_POLYPHONY: 'the MIDI file has more than one line of notes',
  MIDI_TOO_LARGE: 'the MIDI file is larger than any piece for players',
  ABC_TOO_LARGE: 'the ABC file is larger than any book of tunes',
  ABC_NO_TUNE: 'the text has no ABC tune',
  ABC_TUNE: 'a tune cannot be read',
  // codec/
  PACK_RADIX: 'a packed vocabulary is impossible',
  PACK_RANGE: 'a field of a packed token is out of its range',
  TOKEN_RANGE: 'a token is outside the vocabulary',
  CODEC_UNKNOWN: 'there is no codec of that name',
  TEXT_CHARACTER: 'a text has a character that the model does not know',
  // model/
  MODEL_NOT_FOUND: 'there is no model folder there',
  MODEL_BROKEN: 'the model folder cannot be read',
  MODEL_UNSUPPORTED: 'the network has a layer or an option that no engine here runs',
  MODEL_MISMATCH: 'the model was trained with another vocabulary',
  MODEL_FREED: 'the model was freed while in use',
  ENGINE_UNKNOWN: 'there is no engine of that name',
  ENGINE_UNAVAILABLE: 'the engine cannot run here',
  STATE_SHAPE: 'a state belongs to another network',
  SAMPLER_SETTING: 'a sampler setting is out of range',
  SAMPLER_NO_TOKEN: 'every token is forbidden',
  // plugin/
  PLUGIN_UNKNOWN: 'there is no plugin of that name',
  PLUGIN_BROKEN: 'the plugin cannot be loaded',
  PLUGIN_FILE: 'a file of a plugin is missing, too large or outside its folder',
  PLUGIN_CODE: 'the code of a plugin does not run',
  PLUGIN_HUNG: 'the code of a plugin does not return',
  PLUGIN_FAILED: 'a plugin failed while it played',
  PLUGIN_RELOADED: 'the code of a plugin was loaded again while it played',
  PLUGIN_STATE: 'what a plugin had learnt cannot be kept or loaded',
  PLUGIN_DUPLICATE: 'two plugins have one id',
  PLUGIN_CHECK: 'a plugin does not keep the contract',
  PLUGIN_API: 'the plugin was written for another version of the contract',
  PARAM_UNKNOWN: 'the plugin has no such parameter',
  PARAM_VALUE: 'the value does not fit the parameter',
  PARAM_RESERVED: 'a plugin declares a parameter of the session',
  // session/, host/
  MODE_UNKNOWN: 'there is no such mode',
  MEMBER_UNKNOWN: 'the band has no such member',
  MOMENT_UNKNOWN: 'there is no kept moment of that id',
  UNDO_NOTHING: 'there is nothing to undo, or to do again',
  SNAPSHOT_UNKNOWN: 'the session has no such snapshot',
  SNAPSHOT_FAILED: 'a moment cannot be kept or recalled now',
  SNAPSHOTS_FULL: 'the session keeps no further snapshot',
  ENGINE_CRASHED: 'the engine of a session died',
  SESSION_NOT_FOUND: 'the host has no such session',
  SESSION_CLOSED: 'the session was closed',
  SESSION_MOVED: 'the session went to another host',
  HOST_UNKNOWN: 'the cluster has no such host',
  CLUSTER_NONE: 'the host is in no cluster',
  SESSIONS_FULL: 'the host holds no further session',
  SESSIONS_BROKEN: 'a file of kept sessions cannot be read',
  SESSIONS_VERSION: 'a file of kept sessions was written by a newer version of the program',
  SESSIONS_UNKEPT: 'which sessions are open cannot be kept on the disk',
  LOAD_CANCELLED: 'the loading of a plugin or model was cancelled',
  SESSION_PAUSED: 'nothing ran for a while, and a turn was cut',
  FILE_READ: 'a file cannot be read',
  FILE_WRITE: 'a file cannot be written',
  TAKE_BROKEN: 'a take has a line that no take has',
  TAKE_VERSION: 'a take was written by another version of the program',
  STATE_BROKEN: 'a saved state cannot be read',
  STATE_VERSION: 'a saved state was written by another version of the program',
  STATE_OTHER: 'a saved state belongs to another model, plugin or take',
  TAKE_UNKNOWN: 'there is no take of that name',
  TAKE_AMBIGUOUS: 'several takes are meant by that name',
  TAKE_NAME: 'a take cannot be named so',
  TAKE_BUSY: 'a take is still being written',
  AUDIO_UNAVAILABLE: 'sound cannot be rendered here',
  TAKE_EMPTY: 'a take has nothing of what is asked for',
  NOVELTY_UNKNOWN: 'the model has no index of the tunes that it has learnt from',
  TUNE_COPIES: 'every tune that was drawn copies a training tune',
  TUNE_BARS: 'bars of a tune cannot be made anew',
  CORPUS_UNKNOWN: 'there is no corpus of that name',
  CORPUS_LICENCE: 'a corpus asks something that was not agreed to',
  CORPUS_CHECKSUM: 'what was fetched is not what the corpus should be',
  DOWNLOAD_FAILED: 'a download did not come through',
  ARCHIVE_BROKEN: 'an archive cannot be unpacked',
  // training/
  TEXT_ENCODING: 'a file is no text',
  CORPUS_SPLITS: 'the splits.csv of a corpus is malformed',
  ANNOTATION_BROKEN: 'the annotations of a corpus are malformed',
  BEATS_MISSING: 'a piece has no beats that its notes keep to',
  DATASET_EMPTY: 'a corpus has nothing to train or to measure on',
  TRAINING_DIVERGED: 'a training has run away',
  TRAINING_OTHER: 'a training cannot go on from there',
  // midi/
  MIDI_UNAVAILABLE: 'MIDI ports cannot be used here',
  PORT_NOT_FOUND: 'there is no MIDI port of that name',
  PORT_AMBIGUOUS: 'several MIDI ports have that name',
  PORT_OPEN: 'a MIDI port cannot be opened',
  PORT_MESSAGE: 'a MIDI message is malformed',
  PORT_LOST: 'a MIDI port is gone',
  PORT_BACK: 'a MIDI port that was gone is connected again',
  PORT_OVERRUN: 'a MIDI input got more than was read',
  PORT_MOVED: 'another session of the host took a MIDI port',
  PORT_LOOP: 'what is sent comes back by the input',
  CHANNEL_IGNORED: 'notes come in on a MIDI channel that is not heard',
  // server/
  ADDRESS_IN_USE: 'another program listens on that address',
  ADDRESS_REFUSED: 'the system does not let a program listen on that address',
  PROTOCOL_MESSAGE: 'a message does not follow the protocol',
  PROTOCOL_RATE: 'a client sends too much',
  PIECE_BUSY: 'a piece is being made already',
  PIECE_TOO_LARGE: 'a piece is larger than a panel takes',
  // client/
  HOST_UNREACHABLE: 'no host answers at an address',
  HOST_TOKEN: 'a host asks for a token',
  HOST_REFUSED: 'a host does not accept a connection',
  CONNECTION_LOST: 'the connection to the host broke',
  // cluster/
  CLUSTER_ADDRESS: 'the address of a broker cannot be read',
  CLUSTER_UNREACHABLE: 'the broker of a cluster does not answer',
  CLUSTER_BROKEN: 'the broker has something else where the data of a cluster should be',
  CLUSTER_BROKER_GONE: 'the broker of a cluster is gone, and the sessions play on',
  CLUSTER_CUT_OFF: 'a host is cut off from its cluster, and its sessions are silent',
  SESSION_TAKEN_OVER: 'a session goes on in another host',
  CLUSTER_FENCED: 'a session of a cluster has another owner',
  DEFECT: 'the program failed in a way that nobody foresaw',
  // cli/
  COMMAND_UNKNOWN: 'there is no command of that name',
  OPTION_UNKNOWN: 'a command has no such option',
  OPTION_VALUE: 'an option has a value that does not fit',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * An error to be shown to a person: `message` says what was expected, what came and where; `hint` says what to do.
 * Anything else that is thrown is a defect of the program.
 */
export class ContinuoError extends Error {
  override readonly name = 'ContinuoError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
