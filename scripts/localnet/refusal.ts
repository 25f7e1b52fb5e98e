// Owns telling what cannot be (options, folders, ports) from a fault of the program; leaves saying it to the commands.

/** Of a refusal the text says all. Anything else is a fault, and its stack helps. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && (error.constructor === Error || 'code' in error);
}
