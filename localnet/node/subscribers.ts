// Owns who is told of blocks; leaves what they do with them to themselves.
import type { FullBlock } from './types.ts';

type Listener = (full: FullBlock) => void;
type Topic = 'block' | 'final';

export class Subscribers {
  private readonly listeners: Record<Topic, Set<Listener>> = { block: new Set(), final: new Set() };

  add(topic: Topic, listener: Listener): () => void {
    // A function of its own, so that adding the same listener twice means two subscriptions.
    const own: Listener = (full) => listener(full);
    this.listeners[topic].add(own);
    return () => {
      this.listeners[topic].delete(own);
    };
  }

  tell(topic: Topic, full: FullBlock): void {
    for (const listener of [...this.listeners[topic]]) listener(full);
  }
}
