// Owns what handlers are given beside their request: clocks, chain, stores; leaves making them to whoever starts the API.

/** Parts of the product add what their handlers need; scripts/start and the specs' support make them. */
export type Services = {
  /** The time, so that tests can move it. */
  now: () => Date;
};
