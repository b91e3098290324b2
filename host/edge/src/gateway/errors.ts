/** A mistake in a configuration. */
export interface Mistake {
  /** From 1; 0 where it is about no single line. */
  line: number;
  /** The key with the tables around it, what was found there and what was expected. */
  text: string;
}

/** A gateway that cannot be made, or cannot serve any more. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** What is wrong with the configuration, if that is the reason. */
  readonly mistakes: readonly Mistake[];

  constructor(message: string, mistakes: readonly Mistake[] = [], options?: ErrorOptions) {
    super(message, options);
    this.mistakes = mistakes;
  }
}

/** The component trapped, or the gateway was closed: an exchange cannot go on. */
export class Lost extends Error {}
