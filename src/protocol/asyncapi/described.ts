interface Message {
  readonly type: string;
}

/** What docs/asyncapi.yaml says of each message of a direction, with an example; a message without does not compile. */
export type Described<M extends Message, Answer extends Message = never> = {
  readonly [Type in M['type']]: {
    /** One or two sentences. */
    readonly says: string;
    readonly example: Extract<M, { readonly type: Type }>;
    /** The types of the messages that answer it; absent where none does. */
    readonly answers?: readonly Answer['type'][];
  };
};
