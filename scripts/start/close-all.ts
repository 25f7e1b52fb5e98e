// Owns closing parts in their order, each of them though one before it failed; leaves what closing means to the parts.

/** Throws what failed, once every part was asked to close. */
export async function closeAll(closers: readonly (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several parts did not stop in order.');
}
