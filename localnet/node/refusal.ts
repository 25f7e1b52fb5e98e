// Owns what a node says to a request that it does not carry out, with nothing changed; leaves NEAR's own refusals of transactions to the runtime.

export type RefusedRequest = 'patch_state' | 'fast_forward' | 'produce_blocks';

/** The message says what happened, then what to do. The node goes on as if nothing had been asked. */
export class LocalnetRefusal extends Error {
  readonly request: RefusedRequest;

  constructor(request: RefusedRequest, message: string) {
    super(message);
    this.name = 'LocalnetRefusal';
    this.request = request;
  }
}
