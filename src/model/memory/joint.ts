import { ContinuoError } from '../../errors.js';
import type { NetworkState, StepEngine } from '../engine.js';
import { broken, objectAt, sizeAt } from '../json.js';
import { type Memory, MemoryEngine } from './memory-engine.js';

/**
 * Tokens that are fed to the network two at a time, as one packed integer: `userDefinedMetadata.continuo.joint` in a model.json. Tokens
 * below `foretold` are foretold by the network; the `told` tokens after them are told to it, and never foretold; one more begins a piece.
 * The two kinds take turns. The network steps on told tokens alone: what goes in is the last foretold token x `told` + the told one
 * (foretold 0 where none has come yet), and what comes out are the logits of the next foretold token. So it has foretold x told input
 * classes and `foretold` output classes, where a vocabulary of both would have more outputs and half the steps between them.
 */
export interface JointSpec {
  readonly foretold: number;
  readonly told: number;
}

/** The logit of a token that cannot come: less than any a network gives, and a number. */
const NEVER = -1e4;

/** Parses a `joint`; undefined where there is none. `place` says where it stands. Throws MODEL_BROKEN. */
export function parseJoint(
  value: unknown,
  place = 'model.json: userDefinedMetadata.continuo.joint',
): JointSpec | undefined {
  if (value === undefined) return undefined;
  const said = objectAt(value, place);
  return {
    foretold: sizeAt(said.foretold, `${place}.foretold`),
    told: sizeAt(said.told, `${place}.told`),
  };
}

/** The network's classes for tokens that are joined. */
export function jointClasses({ foretold, told }: JointSpec): {
  readonly inputClasses: number;
  readonly outputClasses: number;
} {
  return { inputClasses: foretold * told, outputClasses: foretold };
}

/** The size of the vocabulary. */
export function jointSize({ foretold, told }: JointSpec): number {
  return foretold + told + 1;
}

/** Has an engine be fed joined tokens where `spec` is given; else returns the engine itself. Throws MODEL_BROKEN. */
export function withJoint(engine: StepEngine, spec: JointSpec | undefined): StepEngine {
  if (spec === undefined) return engine;
  const { inputClasses, outputClasses } = engine.spec;
  const wanted = jointClasses(spec);
  if (inputClasses !== wanted.inputClasses || outputClasses !== wanted.outputClasses)
    throw broken(
      `model.json: userDefinedMetadata.continuo.joint: expected a network of ${wanted.inputClasses} classes in and ${wanted.outputClasses} out, got ${inputClasses} and ${outputClasses}`,
    );
  return new JointEngine(engine, spec);
}

/** Whether the network foretells a token: all of them but those that are told. */
export function isForetold(spec: JointSpec | undefined): (token: number) => boolean {
  return spec === undefined ? () => true : (token) => token < spec.foretold;
}

/** The input classes of a piece, and the token that each foretells: as the engine is fed them. */
export function jointExamples(
  tokens: ArrayLike<number>,
  { foretold, told }: JointSpec,
): { readonly inputs: Int32Array; readonly targets: Int32Array } {
  const inputs: number[] = [];
  const targets: number[] = [];
  let last = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    const next = tokens[at + 1];
    if (token < foretold) last = token;
    else if (token < foretold + told && next !== undefined && next < foretold) {
      inputs.push(last * told + token - foretold);
      targets.push(next);
    }
  }
  return { inputs: Int32Array.from(inputs), targets: Int32Array.from(targets) };
}

class JointEngine extends MemoryEngine<LastForetold> {
  #logits = new Float32Array(); // (session, token)

  constructor(
    engine: StepEngine,
    private readonly joint: JointSpec,
  ) {
    const size = jointSize(joint);
    super(engine, { ...engine.spec, inputClasses: size, outputClasses: size });
  }

  protected override createMemory(): LastForetold {
    return new LastForetold();
  }

  override step(states: readonly NetworkState[], tokens: ArrayLike<number>): Float32Array {
    const size = this.spec.outputClasses;
    const { foretold, told } = this.joint;
    const inner = this.inner(states);
    if (this.#logits.length < states.length * size) this.#logits = new Float32Array(states.length * size);
    const stepped: NetworkState[] = [];
    const classes: number[] = [];
    for (let i = 0; i < states.length; i++) {
      const token = this.#checked(tokens[i]!);
      if (token < foretold || token >= foretold + told) continue;
      stepped.push(inner[i]!);
      classes.push(this.memory(states[i]!).token * told + token - foretold);
    }
    const foreseen = stepped.length > 0 ? this.engine.step(stepped, classes) : new Float32Array();
    let next = 0;
    for (let i = 0; i < states.length; i++) {
      const token = tokens[i]!;
      const out = this.#logits.subarray(i * size, (i + 1) * size).fill(NEVER);
      if (token >= foretold && token < foretold + told) {
        out.set(foreseen.subarray(next * foretold, (next + 1) * foretold));
        next++;
      } else {
        out.fill(0, foretold, foretold + told);
        this.memory(states[i]!).token = token < foretold ? token : 0;
      }
    }
    return this.#logits;
  }

  #checked(token: number): number {
    const last = this.spec.outputClasses - 1;
    if (Number.isInteger(token) && token >= 0 && token <= last) return token;
    throw new ContinuoError('TOKEN_RANGE', `expected a token from 0 to ${last}, got ${token}`);
  }
}

/** The last token that was foretold. */
class LastForetold implements Memory {
  readonly size = 1;
  token = 0;

  write(out: Float32Array): void {
    out[0] = this.token;
  }

  read(values: Float32Array): void {
    this.token = values[0]!;
  }

  clear(): void {
    this.token = 0;
  }
}
